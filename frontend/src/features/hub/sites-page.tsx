import './hub.css';
import BlockOutlined from '@mui/icons-material/BlockOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import HistoryToggleOff from '@mui/icons-material/HistoryToggleOff';
import ReportGmailerrorredOutlined from '@mui/icons-material/ReportGmailerrorredOutlined';
import ScheduleOutlined from '@mui/icons-material/ScheduleOutlined';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { useWhen } from '@/clinic/use-when';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Empty } from '@/components/empty';
import { Heading } from '@/components/heading';
import { Message } from '@/components/message';
import { now } from '@/lib/clock';
import { dateText, longDateText, timeText } from '@/lib/time';
import type { HubSite } from '@/lib/api/types';
import { AddSite } from './add-site';
import { heardOf, type Heard } from './heard';
import { sitesQuery } from './queries';

const looks = {
  inTouch: ['ok', CheckOutlined],
  noLine: ['ok w', HistoryToggleOff],
  silent: ['ok n', ReportGmailerrorredOutlined],
  never: ['ok w', ScheduleOutlined],
  out: ['ok bad', BlockOutlined],
} as const satisfies Record<Heard, unknown>;

export function SitesPage() {
  const { t } = useTranslation();
  const { role } = usePerson();
  const sites = useQuery(sitesQuery);
  const [adding, setAdding] = useState(false);
  const clinics = sites.data?.filter((site) => site.no !== 0) ?? [];
  const touching = clinics.filter((site) => heardOf(site, now()) === 'inTouch').length;
  return (
    <div className="main">
      <div className="top">
        <div>
          <p className="when num">
            {longDateText(now())}, {timeText(now())}
          </p>
          <Heading title={t('nav.sites')}>
            {sites.data ? t('sites.say', { count: touching, total: clinics.length }) : t('sites.title')}
          </Heading>
        </div>
        {may(role, 'sites.add') && (
          <Button main onClick={() => setAdding(true)}>
            {t('sites.add')}
          </Button>
        )}
      </div>
      {sites.isPending && <Bones label={t('state.loading')} />}
      {sites.isError && !sites.data && (
        <Message
          meaning="waiting"
          action={<Button onClick={() => void sites.refetch()}>{t('wrong.tryAgain')}</Button>}
        >
          {t('sites.failed')}
        </Message>
      )}
      {sites.data && clinics.length === 0 && <Empty icon={<DnsOutlined />}>{t('sites.none')}</Empty>}
      {clinics.length > 0 && (
        <div className="sheet board">
          <h2 className="question name">{t('sites.alive')}</h2>
          <table className="sites">
            <thead>
              <tr>
                {(['clinic', 'heard', 'waiting', 'clock', 'certificate'] as const).map((column) => (
                  <th scope="col" key={column}>
                    {t(`sites.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {clinics.map((site) => (
                <Row key={site.id} site={site} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <AddSite onClose={() => setAdding(false)} />}
    </div>
  );
}

function Row({ site }: { site: HubSite }) {
  const { t } = useTranslation();
  const when = useWhen();
  const heard = heardOf(site, now());
  const [look, Icon] = looks[heard];
  const certain = heard === 'inTouch';
  const seen = site.last_seen_at;
  return (
    <tr>
      <td>
        <span className="site">{site.name}</span>
        <span className="ab">
          {site.version ? t('sites.version', { version: site.version }) : t('sites.notYet')}
        </span>
      </td>
      <td data-l={t('sites.heard')}>
        <span className={look}>
          <Icon />
          {t(
            heard === 'out' ? `sites.states.${site.state as 'stolen' | 'revoked'}` : `sites.states.${heard}`,
          )}
        </span>
        <span className="ab num">{seen && (certain ? ago(seen) : when(seen))}</span>
      </td>
      <td data-l={t('sites.waiting')}>
        <span className="strong">
          {site.pending_txns === null
            ? t('sites.unknown')
            : certain
              ? site.pending_txns
              : t('sites.orMore', { count: site.pending_txns })}
        </span>
        <span className="ab num">
          {!certain && seen
            ? t('sites.asOf', { at: when(seen) })
            : site.pending_txns === 0
              ? t('sites.allSent')
              : site.oldest_pending_at && t('sites.since', { at: when(site.oldest_pending_at) })}
        </span>
      </td>
      <td data-l={t('sites.clock')} className="num">
        {site.clock_offset_ms === null ? t('sites.unknown') : clockText(site.clock_offset_ms)}
      </td>
      <td data-l={t('sites.certificate')}>
        {site.certificate_expires_at ? dateText(site.certificate_expires_at) : t('sites.unknown')}
      </td>
    </tr>
  );

  function ago(at: string): string {
    const seconds = Math.max(0, Math.round((now().getTime() - Date.parse(at)) / 1_000));
    return seconds < 60
      ? t('sites.secondsAgo', { count: seconds })
      : t('sites.minutesAgo', { count: Math.round(seconds / 60) });
  }

  function clockText(offsetMs: number): string {
    const seconds = Math.round(Math.abs(offsetMs) / 1_000);
    if (seconds === 0) return t('sites.clockRight');
    return t(offsetMs > 0 ? 'sites.clockAhead' : 'sites.clockBehind', { count: seconds });
  }
}
