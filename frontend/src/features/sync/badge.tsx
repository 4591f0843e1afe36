import ArrowCircleUpOutlined from '@mui/icons-material/ArrowCircleUpOutlined';
import HistoryToggleOff from '@mui/icons-material/HistoryToggleOff';
import ReportGmailerrorredOutlined from '@mui/icons-material/ReportGmailerrorredOutlined';
import SaveAltOutlined from '@mui/icons-material/SaveAltOutlined';
import Popover from '@mui/material/Popover';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsHub } from '@/clinic/node';
import { worksHere } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { useSendNow, useServerReachable, useSyncStatus } from '@/clinic/sync';
import { Button } from '@/components/button';
import { stampText } from '@/lib/time';
import { badgeOf, type BadgeState } from './state';

const icons = {
  saved: SaveAltOutlined,
  sent: ArrowCircleUpOutlined,
  waiting: HistoryToggleOff,
  needs: ReportGmailerrorredOutlined,
} as const satisfies Record<BadgeState, unknown>;

/** The truth about saving, in one quiet pill. */
export function SyncBadge() {
  const { t } = useTranslation();
  const status = useSyncStatus();
  const reachable = useServerReachable();
  const hub = useIsHub();
  const staff = worksHere(usePerson().role);
  const send = useSendNow();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const badge = badgeOf(status, reachable);
  if (!badge || (!staff && badge.state === 'sent')) return null;
  // At the hub there is nowhere further to send to.
  const look = hub && badge.state === 'sent' ? 'saved' : badge.state;
  const Icon = icons[look];
  const word = t(`sync.${look}`);
  return (
    <>
      <button
        type="button"
        className="sync"
        data-s={look}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Icon />
        <span className="w" aria-hidden="true">
          {word}
        </span>
        {badge.count > 0 && (
          <span className="num" aria-hidden="true">
            {badge.count}
          </span>
        )}
        <span className="sr">{badge.count > 0 ? `${word} ${badge.count}` : word}</span>
      </button>
      {/* A new state is news; a number that grows with every save is not. */}
      <span className="sr" role="status">
        {word}
      </span>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('sync.title'), className: 'below-badge' } }}
      >
        <div className="line-panel">
          <h2 className="part">{hub ? t('sync.titleHub') : t('sync.title')}</h2>
          {!reachable && <p className="strong">{t('sync.onlyHere')}</p>}
          <p>{sentence()}</p>
          {status?.last_push_at && !hub && (
            <p className="note">{t('sync.lastPush', { at: stampText(status.last_push_at) })}</p>
          )}
          {status?.last_pull_at && !hub && (
            <p className="note">{t('sync.lastPull', { at: stampText(status.last_pull_at) })}</p>
          )}
          {status && status.clock.state !== 'ok' && <p className="note">{t('sync.clock')}</p>}
          {staff && !hub && reachable && badge.state !== 'sent' && (
            <Button onClick={() => send.mutate()}>
              {send.isSuccess ? t('sync.trying') : t('sync.tryNow')}
            </Button>
          )}
        </div>
      </Popover>
    </>
  );

  function sentence(): string {
    if (!reachable) return t('sync.noServerWhy');
    if (hub) return badge!.count > 0 ? t('sync.hubWaiting', { count: badge!.count }) : t('sync.hubAll');
    if (badge!.state === 'needs') return status?.last_error ?? t('sync.needsWhy');
    if (badge!.state === 'waiting')
      return status?.oldest_pending_at
        ? t('sync.waitingSince', { count: badge!.count, at: stampText(status.oldest_pending_at) })
        : t('sync.waitingWhy');
    return t(`sync.${badge!.state}Why`);
  }
}
