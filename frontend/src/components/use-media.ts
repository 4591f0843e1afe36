import { useSyncExternalStore } from 'react';

export const phone = '(max-width: 899px)';
export const withPane = '(min-width: 1280px)';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}
