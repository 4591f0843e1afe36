import { expect, it } from 'vitest';
import type { SyncStatus } from '@/lib/api/types';
import { badgeOf } from './state';

const status = (more: Partial<SyncStatus>) =>
  ({ state: 'current', hub_reachable: true, pending_txns: 0, ...more }) as SyncStatus;

it.each([
  [status({}), true, 'sent', 0],
  [status({ state: 'sending', pending_txns: 3 }), true, 'saved', 0],
  [status({ state: 'receiving' }), true, 'sent', 0],
  [status({ state: 'waiting', hub_reachable: false, pending_txns: 12 }), true, 'waiting', 12],
  [status({ hub_reachable: false }), true, 'waiting', 0],
  [status({ state: 'needs_attention', hub_reachable: false, pending_txns: 2 }), true, 'needs', 1],
  [status({}), false, 'waiting', 0],
] as const)('badge %#', (given, reachable, state, count) => {
  expect(badgeOf(given, reachable)).toEqual({ state, count });
});

it('says nothing before anything is known', () => {
  expect(badgeOf(undefined, true)).toBeUndefined();
});
