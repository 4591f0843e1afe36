import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { against, api, ok, versioned } from '@/lib/api/client';
import type { MedicalRecord, MedicalRecordDraft } from '@/lib/api/types';
import { keepTrying, type Saved } from './patients';

const pageSize = 50;

/** The visits of one patient, newest first; without one, those of the person who asks. */
export const visitsQuery = (patient?: string) =>
  infiniteQueryOptions({
    queryKey: ['visits', 'of', patient ?? 'me'],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/patients/medical-records/', {
          params: { query: { ...(patient && { patient }), page: pageParam, page_size: pageSize } },
          signal,
        }),
      ),
    initialPageParam: 1,
    getNextPageParam: (last, all) => (last.next === null ? undefined : all.length + 1),
  });

export const visitQuery = (id: string) =>
  queryOptions({
    queryKey: ['visits', 'one', id],
    queryFn: ({ signal }) =>
      versioned(api.GET('/api/patients/medical-records/{id}/', { params: { path: { id } }, signal })),
  });

const refresh = (queries: ReturnType<typeof useQueryClient>) =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ['visits'] }),
    queries.invalidateQueries({ queryKey: ['history'] }),
    queries.invalidateQueries({ queryKey: ['conflicts'] }),
  ]);

export function useSaveNewVisit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (draft: MedicalRecordDraft): Promise<Saved<MedicalRecord>> => {
      const answer = await ok(api.POST('/api/patients/medical-records/', { body: draft }));
      return { record: answer.record, conflicts: [] };
    },
    onSuccess: () => refresh(queries),
    ...keepTrying,
  });
}

export function useEditVisit(id: string, version: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (changes: MedicalRecordDraft): Promise<Saved<MedicalRecord>> => {
      const answer = await ok(
        api.PATCH('/api/patients/medical-records/{id}/', {
          params: { path: { id }, header: against(version) },
          body: changes,
        }),
      );
      return { record: answer, conflicts: answer.conflicts ?? [] };
    },
    onSuccess: () => refresh(queries),
    ...keepTrying,
  });
}
