import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
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

/** What the frame calls this place. */
export function useSiteLabel(): string {
  const { t } = useTranslation();
  const node = useNode();
  if (!node) return '';
  if (node.kind === 'edge') return t('frame.clinic', { site: node.site.name });
  return node.site.name.toLowerCase() === 'hub' ? node.site.name : t('frame.hub', { site: node.site.name });
}
