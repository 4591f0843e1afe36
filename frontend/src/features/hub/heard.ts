import type { HubSite } from '@/lib/api/types';

export type Heard = 'inTouch' | 'noLine' | 'silent' | 'never' | 'out';

const inTouchMs = 2 * 60_000;
const silentMs = 24 * 3_600_000;

/** How a clinic stands, from when it was last heard. What it has done since is unknown, and stays so. */
export function heardOf(site: HubSite, now: Date): Heard {
  if (site.state === 'stolen' || site.state === 'revoked') return 'out';
  if (site.state === 'enrolling' || site.last_seen_at === null) return 'never';
  const ago = now.getTime() - Date.parse(site.last_seen_at);
  if (ago <= inTouchMs) return 'inTouch';
  return ago <= silentMs ? 'noLine' : 'silent';
}
