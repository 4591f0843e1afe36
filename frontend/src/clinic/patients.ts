import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { against, api, ok, versioned } from '@/lib/api/client';
import { ApiError } from '@/lib/api/error';
import type { Patient, PatientDraft } from '@/lib/api/types';

const pageSize = 50;
const suggestions = 20;

export const patientQuery = (id: string) =>
  queryOptions({
    queryKey: ['patients', 'one', id],
    queryFn: ({ signal }) =>
      versioned(api.GET('/api/patients/patients/{id}/', { params: { path: { id } }, signal })),
  });

export const patientsQuery = infiniteQueryOptions({
  queryKey: ['patients', 'all'],
  queryFn: ({ pageParam, signal }) =>
    ok(
      api.GET('/api/patients/patients/', {
        params: { query: { page: pageParam, page_size: pageSize } },
        signal,
      }),
    ),
  initialPageParam: 1,
  getNextPageParam: (last, all) => (last.next === null ? undefined : all.length + 1),
});

export const findQuery = (search: string) =>
  queryOptions({
    queryKey: ['patients', 'find', search],
    queryFn: async ({ signal }) => {
      const started = performance.now();
      const found = await ok(
        api.GET('/api/patients/patients/', {
          params: { query: { search, page: 1, page_size: suggestions } },
          signal,
        }),
      );
      return { ...found, tookMs: Math.max(1, Math.round(performance.now() - started)) };
    },
    staleTime: 10_000,
    // Names that were typed are not kept around longer than the list that shows them.
    gcTime: 30_000,
  });

export interface Saved<T> {
  record: T;
  conflicts: string[];
}

export function useRegisterPatient() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: PatientDraft) => ok(api.POST('/api/patients/patients/', { body: draft })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['patients'] }),
    ...keepTrying,
  });
}

export function useEditPatient(id: string, version: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (changes: PatientDraft): Promise<Saved<Patient>> => {
      const answer = await ok(
        api.PATCH('/api/patients/patients/{id}/', {
          params: { path: { id }, header: against(version) },
          body: changes,
        }),
      );
      return { record: answer.patient, conflicts: answer.conflicts ?? [] };
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['patients'] }),
        queries.invalidateQueries({ queryKey: ['history'] }),
        queries.invalidateQueries({ queryKey: ['conflicts'] }),
      ]),
    ...keepTrying,
  });
}

const tryAgainMs = 5_000;

/** A save goes on trying while the server cannot be reached. Ids are made here, so a second arrival changes nothing. */
export const keepTrying = {
  retry: (_: number, error: Error) => error instanceof ApiError && error.passing,
  retryDelay: tryAgainMs,
} as const;

/** `Villaflor, Ma. Andrea Solis`: how lists and headers write a name. */
export const listName = (patient: Pick<Patient, 'last_name' | 'first_name' | 'middle_name'>) =>
  `${patient.last_name}, ${[patient.first_name, patient.middle_name].filter(Boolean).join(' ')}`;

export const spokenName = (patient: Pick<Patient, 'last_name' | 'first_name'>) =>
  `${patient.first_name} ${patient.last_name}`;

/** Two letters in the order the name is written. The Ma. of many names tells nobody apart. */
export const initials = (one: string, two: string) =>
  [one, two]
    .map((name) => name.replace(/^Ma\.?\s+/, '').charAt(0))
    .join('')
    .toUpperCase();
