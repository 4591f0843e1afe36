import './hub.css';
import FileDownloadOutlined from '@mui/icons-material/FileDownloadOutlined';
import MuiButton from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { useWhen } from '@/clinic/use-when';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { Heading } from '@/components/heading';
import { Message } from '@/components/message';
import { isApiError } from '@/lib/api/error';
import type { VisitsReport } from '@/lib/api/types';
import { now } from '@/lib/clock';
import { addDays, dateText, todayIso } from '@/lib/time';
import { PerDay } from './per-day';
import { heardOf } from './heard';
import { csvAddress, reportQuery, sitesQuery, type Period } from './queries';

const usualDays = 30;

export function ReportPage() {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<Period>(() => ({
    from: addDays(todayIso(), 1 - usualDays),
    to: todayIso(),
    site: [],
  }));
  const [figures, setFigures] = useState(false);
  const backwards = period.from > period.to;
  const report = useQuery({
    ...reportQuery(period),
    enabled: !backwards && period.from !== '' && period.to !== '',
  });
  const set = (change: Partial<Period>) => setPeriod({ ...period, ...change });
  return (
    <div className="main report">
      <div className="tools noprint" role="group" aria-label={t('report.tools')}>
        <Field
          label={t('report.from')}
          type="date"
          value={period.from}
          onChange={(event) => set({ from: event.target.value })}
          inputProps={{ max: period.to }}
        />
        <Field
          label={t('report.to')}
          type="date"
          value={period.to}
          problem={backwards ? t('report.backwards') : undefined}
          onChange={(event) => set({ to: event.target.value })}
          inputProps={{ max: todayIso() }}
        />
        <SiteChoice chosen={period.site} onChange={(site) => set({ site })} />
        <span className="push only-wide" />
        <Button aria-pressed={figures} onClick={() => setFigures(!figures)}>
          {t('report.figures')}
        </Button>
        <MuiButton component="a" href={csvAddress(period)} download startIcon={<FileDownloadOutlined />}>
          {t('report.csv')}
        </MuiButton>
      </div>
      {report.isPending && !backwards && <Bones label={t('state.loading')} rows={10} />}
      {report.isError && !report.data && (
        <Message
          meaning="waiting"
          action={<Button onClick={() => void report.refetch()}>{t('wrong.tryAgain')}</Button>}
        >
          {(isApiError(report.error) && report.error.detail) || t('report.failed')}
        </Message>
      )}
      {report.data && <Sheet report={report.data} figures={figures} />}
    </div>
  );
}

function SiteChoice({ chosen, onChange }: { chosen: number[]; onChange: (site: number[]) => void }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const sites =
    useQuery({ ...sitesQuery, enabled: may(role, 'sites.read') }).data?.filter((site) => site.no !== 0) ?? [];
  if (sites.length < 2) return null;
  return (
    <fieldset className="site-choice">
      <legend className="lab">{t('report.clinics')}</legend>
      <div className="row wrap">
        {sites.map((site) => (
          <label key={site.id} className="tick">
            <input
              type="checkbox"
              checked={chosen.length === 0 || chosen.includes(site.no)}
              onChange={(event) => {
                const before = chosen.length === 0 ? sites.map(({ no }) => no) : chosen;
                const after = event.target.checked
                  ? [...before, site.no]
                  : before.filter((no) => no !== site.no);
                onChange(after.length === sites.length || after.length === 0 ? [] : after);
              }}
            />
            {site.name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Sheet({ report, figures }: { report: VisitsReport; figures: boolean }) {
  const { t } = useTranslation();
  const top = report.top_diagnoses[0];
  const open = new Set(report.by_day.map((day) => day.date)).size;
  return (
    <>
      <div className="lead">
        <Heading title={t('nav.reports')}>
          {t('report.say', { count: report.total, days: open })}{' '}
          {top && t('report.sayTop', { diagnosis: top.diagnosis, visits: top.visits })}
        </Heading>
        <CanGrow />
      </div>
      <p className="soft period num">
        {t('report.period', { from: dateText(report.from), to: dateText(report.to) })}
      </p>
      <div className="sheet g">
        <section className="w7">
          <PerDay report={report} figures={figures} />
        </section>
        <section className="w5">
          <h2>{t('report.diagnoses')}</h2>
          <p className="sub">{t('report.diagnosesSub')}</p>
          <Bars rows={report.top_diagnoses.map((row) => [row.diagnosis, row.visits])} />
        </section>
        <section className="w7">
          <h2>{t('report.bySite')}</h2>
          <p className="sub">{t('report.bySiteSub')}</p>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('sites.clinic')}</th>
                <th scope="col" className="r">
                  {t('report.visits')}
                </th>
                <th scope="col" className="r">
                  {t('report.people')}
                </th>
              </tr>
            </thead>
            <tbody>
              {report.by_site.map((row) => (
                <tr key={row.site.no}>
                  <th scope="row">{row.site.name}</th>
                  <td className="r">{row.visits.toLocaleString('en')}</td>
                  <td className="r">{row.patients.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <section className="w5">
          <h2>{t('report.bySex')}</h2>
          <p className="sub">{t('report.bySexSub')}</p>
          <Bars
            rows={report.by_sex.map((row) => [
              row.sex === 'M' || row.sex === 'F' || row.sex === 'O'
                ? t(`sex.${row.sex}`)
                : t('report.notWritten'),
              row.visits,
            ])}
          />
        </section>
      </div>
    </>
  );
}

/** A clinic that was not heard lately may still add to these figures. */
function CanGrow() {
  const { t } = useTranslation();
  const when = useWhen();
  const { role } = usePerson();
  const sites = useQuery({ ...sitesQuery, enabled: may(role, 'sites.read') }).data ?? [];
  const behind = sites.filter(
    (site) =>
      site.no !== 0 && ['noLine', 'silent'].includes(heardOf(site, now())) && site.last_seen_at !== null,
  );
  if (behind.length === 0) return null;
  return (
    <Message meaning="waiting">
      {behind
        .map((site) => t('report.countsTo', { site: site.name, at: when(site.last_seen_at!) }))
        .join(' ')}{' '}
      {t('report.canGrow')}
    </Message>
  );
}

/** Each row is its own table row of label, bar and number: the figure is always there to be read. */
function Bars({ rows }: { rows: [string, number][] }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...rows.map(([, visits]) => visits));
  if (rows.length === 0) return <p className="quiet">{t('report.nothing')}</p>;
  return (
    <dl className="hb">
      {rows.map(([label, visits]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="track" aria-hidden="true">
            <i style={{ width: `${(visits / most) * 100}%` }} />
          </dd>
          <dd className="strong num">{visits.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}
