import type { SyncStatus } from '@/lib/api/types';

export type BadgeState = 'needs' | 'waiting' | 'saved' | 'sent';

/** Of several states that hold, the first of: needs you, waiting, saved here, sent. The number counts saves. */
export function badgeOf(
  status: SyncStatus | undefined,
  serverReachable: boolean,
): { state: BadgeState; count: number } | undefined {
  if (!serverReachable) return { state: 'waiting', count: 0 };
  if (!status) return undefined;
  const count = status.pending_txns;
  if (status.state === 'needs_attention') return { state: 'needs', count: 1 };
  if (status.state === 'waiting' || !status.hub_reachable) return { state: 'waiting', count };
  if (count > 0 || status.state === 'sending') return { state: 'saved', count: 0 };
  return { state: 'sent', count: 0 };
}
