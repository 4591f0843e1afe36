import createClient, { type Middleware } from 'openapi-fetch';
import { noteServerTime } from '@/lib/clock';
import { ApiError, unreachable } from './error';
import type { paths } from './schema';

const answerWithinMs = 20_000;

let csrf: string | undefined;
const expiryListeners = new Set<() => void>();
const passwordListeners = new Set<() => void>();

/** The token that changing requests of a cookie session carry. Lives in memory only. */
export const setCsrf = (token: string | undefined) => {
  csrf = token;
};

const subscribe = (listeners: Set<() => void>) => (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Called whenever the server no longer knows who is asking. */
export const onSessionExpired = subscribe(expiryListeners);
/** Called when the server wants a password of the person's own before anything else. */
export const onPasswordRequired = subscribe(passwordListeners);

export const passwordRequired = 'PASSWORD_CHANGE_REQUIRED';

const session: Middleware = {
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== 'GET') request.headers.set('X-CSRFToken', csrf);
    return request;
  },
  async onResponse({ response, schemaPath }) {
    noteServerTime(response.headers.get('Date'));
    const asksWhoIsThere = schemaPath === '/api/auth/login/' || schemaPath === '/api/auth/session/';
    if (response.status === 401 && !asksWhoIsThere) expiryListeners.forEach((listener) => listener());
    if (response.status === 403) {
      const body: unknown = await response
        .clone()
        .json()
        .catch(() => null);
      if (new ApiError(403, body).code === passwordRequired)
        passwordListeners.forEach((listener) => listener());
    }
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin,
  // Looked up at each call, so that tests can put a fetch of their own in its place.
  fetch: (request) => {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerWithinMs)]);
    return globalThis.fetch(request, { signal });
  },
});
api.use(session);

type Answer<T> = { data?: T; error?: unknown; response: Response };

async function settled<T>(request: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(unreachable, null);
  }
  if (!answer.response.ok) throw new ApiError(answer.response.status, answer.error);
  return { data: answer.data as T, response: answer.response };
}

/** The value of a successful answer; anything else is thrown as an ApiError. */
export async function ok<T>(request: Promise<Answer<T>>): Promise<T> {
  return (await settled(request)).data;
}

/** A record together with the version a later edit of it is made against. */
export interface Versioned<T> {
  record: T;
  version: string | undefined;
}

export async function versioned<T>(request: Promise<Answer<T>>): Promise<Versioned<T>> {
  const { data, response } = await settled(request);
  return { record: data, version: versionOf(response) };
}

export function versionOf(response: Response): string | undefined {
  const tag = response.headers.get('ETag')?.replace(/^W\//, '');
  return tag?.match(/^"(.+)"$/)?.[1];
}

export const quoted = (version: string) => `"${version}"`;

/** The header that makes an edit one against the version its form was filled from. */
export const against = (version: string | undefined) =>
  version === undefined ? undefined : { 'X-Himsog-Base': quoted(version) };
