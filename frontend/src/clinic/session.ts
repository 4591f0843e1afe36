import { queryOptions, useMutation, useQuery, useQueryClient, type Query } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { api, ok, passwordRequired, setCsrf } from '@/lib/api/client';
import { ApiError, isApiError } from '@/lib/api/error';
import type { Profile } from '@/lib/api/types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Profile | null> => {
    try {
      const session = await ok(api.GET('/api/auth/session/', { signal }));
      setCsrf(session.csrf);
      return session.user;
    } catch (error) {
      // Without the token of the sign-in nothing can be changed, so the person signs in once more.
      const mustChoosePassword = isApiError(error, 403) && error.code === passwordRequired;
      if (isApiError(error, 401) || mustChoosePassword) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

export const useSession = () => useQuery(sessionQuery);

/** What one person looked at is not kept for the next. The session and the node are being watched, and stay. */
const isPersonal = (query: Query) => query.queryKey[0] !== 'node' && query.queryKey[0] !== 'session';

export class NotProvenError extends Error {}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ email, password }: { email: string; password: string }) => {
      const answer = await ok(api.POST('/api/auth/login/', { body: { email, password, session: 'cookie' } }));
      if (!answer.user || !answer.csrf) throw new NotProvenError();
      setCsrf(answer.csrf);
      return answer.user;
    },
    onSuccess: (user) => {
      const before = queries.getQueryData(sessionQuery.queryKey);
      if (before?.id !== user.id) queries.removeQueries({ predicate: isPersonal });
      queries.setQueryData(sessionQuery.queryKey, user);
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/logout/')),
    onSettled: (_, error) => {
      // Already signed out counts as signed out; anything else would leave the cookie behind.
      if (error && !(error instanceof ApiError && error.status === 401)) return;
      setCsrf(undefined);
      queries.removeQueries({ predicate: isPersonal });
      queries.setQueryData(sessionQuery.queryKey, null);
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { old_password: string; new_password: string; new_password2: string }) =>
      ok(api.POST('/api/auth/change-password/', { body })),
    onSuccess: (answer) => {
      if (answer.csrf) setCsrf(answer.csrf);
    },
  });
}

/** The person signed in. Only pages behind the sign-in ask. */
export const PersonContext = createContext<Profile | null>(null);

export function usePerson(): Profile {
  const person = use(PersonContext);
  if (person === null) throw new Error('usePerson needs a signed-in person above it');
  return person;
}
