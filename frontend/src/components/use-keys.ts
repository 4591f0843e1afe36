import { useLayoutEffect, useRef } from 'react';

export type Keys = Record<string, (() => void) | undefined>;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const layered = () => document.querySelector('[role="dialog"], [role="menu"]') !== null;

/**
 * Single letters, which work while no field has the focus and no layer is open, and chords written `Ctrl Enter`,
 * which work everywhere on the page. They work from the moment that the page is seen: an effect after painting would lose the key of a quick hand.
 */
export function useKeys(keys: Keys) {
  const current = useRef(keys);
  useLayoutEffect(() => {
    current.current = keys;
  });
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey || layered()) return;
      const chord = event.ctrlKey || event.metaKey;
      if (!chord && typing(event.target)) return;
      const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
      const action = current.current[chord ? `Ctrl ${key}` : key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
