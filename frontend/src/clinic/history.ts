import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/lib/api/client';

const pageSize = 50;

export const historyQuery = (entity: 'patient' | 'medical_record', id: string) =>
  queryOptions({
    queryKey: ['history', entity, id],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/sync/history/{entity}/{id}/', {
          params: { path: { entity, id }, query: { page: 1, page_size: pageSize } },
          signal,
        }),
      ),
  });
