import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/lib/api/error';

const tries = 3;

// The browser's idea of being online says nothing about the clinic's own server, so it is never asked.
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 15_000,
      retry: (count, error) => error instanceof ApiError && error.passing && count < tries,
    },
    mutations: { networkMode: 'always' },
  },
});
