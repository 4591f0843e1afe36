import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ok } from '@/lib/api/client';

const heardEveryMs = 15_000;

export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: ({ signal }) => ok(api.GET('/api/hub/sites/', { signal })),
  // "Last heard" grows old by itself, without any event.
  refetchInterval: heardEveryMs,
});

export function useAddSite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => ok(api.POST('/api/hub/sites/', { body: { name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sites'] }),
  });
}

export interface Period {
  from: string;
  to: string;
  site: number[];
}

export const reportQuery = (period: Period) =>
  queryOptions({
    queryKey: ['report', period],
    queryFn: ({ signal }) => ok(api.GET('/api/hub/reports/visits/', { params: { query: period }, signal })),
    placeholderData: keepPreviousData,
  });

export function csvAddress({ from, to, site }: Period): string {
  const query = new URLSearchParams({ from, to, format: 'csv' });
  for (const no of site) query.append('site', String(no));
  return `/api/hub/reports/visits/?${query}`;
}
