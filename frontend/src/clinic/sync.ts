import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api, ok } from '@/lib/api/client';
import type { SyncStatus } from '@/lib/api/types';

/** Read once; from then on the events write it. */
export const syncQuery = queryOptions({
  queryKey: ['sync'],
  queryFn: ({ signal }) => ok(api.GET('/api/sync/status/', { signal })),
  staleTime: Infinity,
});

export const useSyncStatus = () => useQuery(syncQuery).data;

export function useSendNow() {
  return useMutation({ mutationFn: () => ok(api.POST('/api/sync/run/')) });
}

let connected = true;
const watchers = new Set<() => void>();
const setConnected = (value: boolean) => {
  if (connected === value) return;
  connected = value;
  watchers.forEach((watcher) => watcher());
};

/** Whether this browser reaches the server it was opened from. The stream of events knows; the browser's own guess does not. */
export const useServerReachable = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connected,
  );

const reopenAfterMs = 5_000;
/** A stream that is being renewed is no news; one that stays away this long is. */
const silentAfterMs = 3_000;

/** Listens for as long as somebody is signed in. */
export function useEvents(active: boolean) {
  const queries = useQueryClient();
  useEffect(() => {
    if (!active) return;
    let stream: EventSource | undefined;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      stream = new EventSource('/api/sync/events/');
      stream.onopen = () => {
        clearTimeout(silence);
        silence = undefined;
        setConnected(true);
      };
      stream.addEventListener('sync', (event: MessageEvent<string>) => {
        queries.setQueryData(syncQuery.queryKey, JSON.parse(event.data) as SyncStatus);
        void queries.invalidateQueries({ queryKey: ['sites'] });
      });
      stream.addEventListener('conflict', () => {
        for (const queryKey of [['conflicts'], ['patients', 'one'], ['visits'], ['history']])
          void queries.invalidateQueries({ queryKey });
      });
      stream.onerror = () => {
        silence ??= setTimeout(() => setConnected(false), silentAfterMs);
        if (stream?.readyState !== EventSource.CLOSED) return;
        // The server refused instead of going silent: asking the status tells why, and ends an expired session.
        void queries.invalidateQueries({ queryKey: ['sync'] });
        reopen = setTimeout(open, reopenAfterMs);
      };
    };
    open();
    return () => {
      stream?.close();
      clearTimeout(reopen);
      clearTimeout(silence);
      setConnected(true);
    };
  }, [active, queries]);
}
