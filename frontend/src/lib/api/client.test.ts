// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeServer } from '@/test/server';
import {
  against,
  api,
  ok,
  onPasswordRequired,
  onSessionExpired,
  setCsrf,
  versioned,
  versionOf,
} from './client';
import { isApiError, unreachable } from './error';

afterEach(() => {
  setCsrf(undefined);
  vi.unstubAllGlobals();
});

const patch = () =>
  api.PATCH('/api/patients/patients/{id}/', {
    params: { path: { id: 'p1' }, header: against('v7') },
    body: { phone_number: '0917' },
  });

describe('versions', () => {
  it('are taken from the ETag, weak or strong', () => {
    const tagged = (tag: string) => versionOf(new Response(null, { headers: { ETag: tag } }));
    expect(tagged('"dzE6Nw"')).toBe('dzE6Nw');
    expect(tagged('W/"dzE6Nw"')).toBe('dzE6Nw');
    expect(versionOf(new Response(null))).toBeUndefined();
  });

  it('come with the record and go with the edit', async () => {
    const asked = fakeServer(({ method }) =>
      method === 'GET' ? [200, { id: 'p1' }, { ETag: '"v7"' }] : [200, { detail: '', patient: { id: 'p1' } }],
    );
    const loaded = await versioned(
      api.GET('/api/patients/patients/{id}/', { params: { path: { id: 'p1' } } }),
    );
    expect(loaded.version).toBe('v7');
    await ok(patch());
    expect(asked[1]!.headers.get('X-Himsog-Base')).toBe('"v7"');
  });

  it('are left out where there is none', () => {
    expect(against(undefined)).toBeUndefined();
  });
});

describe('the session', () => {
  it('sends its token with changes only', async () => {
    setCsrf('c0ffee');
    const asked = fakeServer(() => [200, {}]);
    await ok(api.GET('/api/sync/status/'));
    await ok(patch());
    expect(asked[0]!.headers.get('X-CSRFToken')).toBeNull();
    expect(asked[1]!.headers.get('X-CSRFToken')).toBe('c0ffee');
  });

  it('is told when it has ended, but not by a refused sign-in', async () => {
    const ended = vi.fn();
    const stop = onSessionExpired(ended);
    fakeServer(() => [401, { detail: 'No' }]);
    await expect(
      ok(api.POST('/api/auth/login/', { body: { email: 'a', password: 'b', session: 'cookie' } })),
    ).rejects.toSatisfy((error) => isApiError(error, 401));
    expect(ended).not.toHaveBeenCalled();
    await expect(ok(api.GET('/api/sync/status/'))).rejects.toThrow();
    expect(ended).toHaveBeenCalledOnce();
    stop();
  });

  it('is told when a password of its own is wanted', async () => {
    const wanted = vi.fn();
    const stop = onPasswordRequired(wanted);
    fakeServer(() => [403, { detail: 'No', code: 'PASSWORD_CHANGE_REQUIRED' }]);
    await expect(ok(api.GET('/api/sync/status/'))).rejects.toThrow();
    expect(wanted).toHaveBeenCalledOnce();
    stop();
  });
});

it('a server that does not answer is an error with status 0', async () => {
  fakeServer(() => new TypeError('network'));
  await expect(ok(api.GET('/api/sync/status/'))).rejects.toSatisfy((error) => isApiError(error, unreachable));
});
