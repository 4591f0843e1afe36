import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ok, quoted } from '@/lib/api/client';
import type { Conflict, Decision } from '@/lib/api/types';

const pageSize = 50;

export const conflictsQuery = (status: Conflict['status'], size: number = pageSize) =>
  queryOptions({
    queryKey: ['conflicts', 'all', status, size],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/sync/conflicts/', { params: { query: { status, page: 1, page_size: size } }, signal }),
      ),
  });

export const openConflictsOf = (patient: string) =>
  queryOptions({
    queryKey: ['conflicts', 'of', patient],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/sync/conflicts/', {
          params: { query: { status: 'open', patient, page: 1, page_size: pageSize } },
          signal,
        }),
      ),
  });

export const conflictQuery = (id: string) =>
  queryOptions({
    queryKey: ['conflicts', 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/sync/conflicts/{id}/', { params: { path: { id } }, signal })),
  });

export function useSettle() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ conflict, decision }: { conflict: Conflict; decision: Decision }) =>
      ok(
        api.POST('/api/sync/conflicts/{id}/resolve/', {
          params: { path: { id: conflict.id }, header: { 'If-Match': quoted(conflict.version) } },
          body: decision,
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['conflicts'] });
      void queries.invalidateQueries({ queryKey: ['patients'] });
      void queries.invalidateQueries({ queryKey: ['visits'] });
      void queries.invalidateQueries({ queryKey: ['history'] });
    },
  });
}

/** Fields that decide what is given to a body, and so are settled first. */
const careDependsOn = new Set(['allergies', 'medications', 'blood_type', 'treatment', 'diagnosis']);
export const isSerious = (conflict: Conflict) => careDependsOn.has(conflict.field);

/** Most serious first; among equals the oldest, which has stood wrong the longest. */
export const bySeriousness = (a: Conflict, b: Conflict) =>
  Number(isSerious(b)) - Number(isSerious(a)) || a.other.at.localeCompare(b.other.at);
