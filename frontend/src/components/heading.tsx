import { useEffect, useRef } from 'react';

interface Props {
  children: React.ReactNode;
  className?: string;
  /** The tab's name. Never the name of a patient: tabs are seen by whoever passes. */
  title?: string;
}

/** The sentence a page says. It takes the focus when its page opens, so that reading starts here. */
export function Heading({ children, className = 'say', title }: Props) {
  const heading = useFocusOnOpen<HTMLHeadingElement>();
  return (
    <h1 className={className} ref={heading} tabIndex={-1}>
      {title && <title>{`${title} · himsog`}</title>}
      {children}
    </h1>
  );
}

/** Moves the focus to the element when it appears, unless a field of the page already has it. */
export function useFocusOnOpen<T extends HTMLElement>() {
  const element = useRef<T>(null);
  useEffect(() => {
    const focused = document.activeElement;
    const taken =
      focused instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(focused.tagName) && focused.isConnected;
    if (!taken) element.current?.focus({ preventScroll: true });
  }, []);
  return element;
}
