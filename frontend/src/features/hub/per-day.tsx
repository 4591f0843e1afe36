import { useTranslation } from 'react-i18next';
import type { VisitsReport } from '@/lib/api/types';
import { dateText, dayText, todayIso, weekdayOf } from '@/lib/time';
import { ceilingOf, columnsOf, type Column } from './days';

const labelsAtMost = 6;
/** One hue and its second shade: with more clinics than that, the bars show all of them together. */
const shades = 2;

export function PerDay({ report, figures }: { report: VisitsReport; figures: boolean }) {
  const { t } = useTranslation();
  const { columns, weekly } = columnsOf(report);
  const highest = columns.reduce((best, column) => (column.total > best.total ? column : best), columns[0]!);
  const ceiling = ceilingOf(highest.total);
  // A clinic without a visit in this time needs no shade of its own; the table beside still names it.
  const writing = report.by_site.filter(({ visits }) => visits > 0);
  const sites = writing.map(({ site }) => site);
  const stacked = sites.length <= shades;
  const every = Math.ceil(columns.length / labelsAtMost);
  const today = todayIso();
  const summary = t(weekly ? 'report.chartWeeks' : 'report.chartDays', {
    from: dateText(report.from),
    to: dateText(report.to),
    count: highest.total,
    date: dateText(highest.from),
  });
  const sizeOf = (visits: number) => ({ height: `${(visits / ceiling) * 100}%` });
  return (
    <>
      <h2>{t(weekly ? 'report.perWeek' : 'report.perDay')}</h2>
      <p className="sub">{summary}</p>
      <div className="perday" role="img" aria-label={summary}>
        {[0.5, 1].map((share) => (
          <span key={share} className="gl" style={{ bottom: `${share * 100}%` }}>
            {Number.isInteger(ceiling * share) && (ceiling * share).toLocaleString('en')}
          </span>
        ))}
        <ol style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(0, 1fr))` }}>
          {columns.map((column, index) => (
            <li key={column.from} className={!weekly && weekdayOf(column.from) === 0 ? 'sunday' : undefined}>
              {column === highest && column.total > 0 && <b>{column.total}</b>}
              {column.total > 0 &&
                (stacked && sites.length === shades ? (
                  <>
                    <i className="s2" style={sizeOf(column.bySite.get(sites[1]!.no) ?? 0)} />
                    <i className="s1" style={sizeOf(column.bySite.get(sites[0]!.no) ?? 0)} />
                  </>
                ) : (
                  <i className="s1" style={sizeOf(column.total)} />
                ))}
              {index % every === 0 && <em>{dayText(column.from)}</em>}
              {today >= column.from && today <= column.to && <u>{t('when.today')}</u>}
            </li>
          ))}
        </ol>
      </div>
      {stacked && sites.length === shades && (
        <p className="lg num">
          {sites.map((site, index) => (
            <span key={site.no}>
              <i className={`s${index + 1}`} />
              {site.name} {writing[index]!.visits.toLocaleString('en')}
            </span>
          ))}
        </p>
      )}
      {figures && <Figures columns={columns} sites={sites} weekly={weekly} />}
    </>
  );
}

interface FiguresProps {
  columns: Column[];
  sites: { no: number; name: string }[];
  weekly: boolean;
}

function Figures({ columns, sites, weekly }: FiguresProps) {
  const { t } = useTranslation();
  return (
    <div className="figures" tabIndex={0} role="region" aria-label={t('report.figures')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t(weekly ? 'report.week' : 'report.day')}</th>
            {sites.map((site) => (
              <th scope="col" className="r" key={site.no}>
                {site.name}
              </th>
            ))}
            <th scope="col" className="r">
              {t('report.together')}
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.from}>
              <th scope="row">{dateText(column.from)}</th>
              {sites.map((site) => (
                <td className="r" key={site.no}>
                  {column.bySite.get(site.no) ?? 0}
                </td>
              ))}
              <td className="r strong">{column.total}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
