import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok } from '@/lib/api/client';
import { setZone } from '@/lib/time';

/** Which server this is: a clinic's own or the hub. It never changes while the page is open. */
export const nodeQuery = queryOptions({
  queryKey: ['node'],
  queryFn: async ({ signal }) => {
    const node = await ok(api.GET('/api/sync/node/', { signal }));
    setZone(node.site.zone);
    return node;
  },
  staleTime: Infinity,
});

export const useNode = () => useQuery(nodeQuery).data;
export const useIsHub = () => useNode()?.kind === 'hub';
