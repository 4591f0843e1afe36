import { useTranslation } from 'react-i18next';
import { Ruler } from '@/clinic/ruler';
import { judge, measureOf, numberOf, ranges, readPressure, type MeasureName } from '@/clinic/vitals';
import type { MedicalRecord } from '@/lib/api/types';
import { dateText } from '@/lib/time';

const shownMeasures = [
  'blood_pressure',
  'temperature',
  'bmi',
  'weight',
] as const satisfies readonly MeasureName[];
const mostPoints = 8;
const yearMs = 366 * 86_400_000;
const [width, height] = [100, 34];

interface Point {
  value: string;
  at: number;
  date: string;
}

/** Vitals over time, oldest at the left, the last one written out. */
export function Trends({ visits }: { visits: MedicalRecord[] }) {
  const { t } = useTranslation();
  const series = shownMeasures
    .map((name) => ({ name, points: pointsOf(visits, name) }))
    .filter(({ points }) => points.length > 0);
  // One value alone is no trend: without a usual range behind it, the figure says all there is.
  const drawn = (name: MeasureName, points: Point[]) => points.length > 1 || ranges[name].usual !== undefined;
  if (series.length === 0) return null;
  return (
    <>
      <h2 className="part">{t('vitals.overTime')}</h2>
      <dl className="vit-t">
        {series.map(({ name, points }) => {
          const last = points.at(-1)!;
          const judged = judge(name, last.value);
          return (
            <div key={name}>
              <dt>
                {t(`fields.${name}`)}
                <b className={judged?.judgement}>
                  {last.value} <small>{ranges[name].unit}</small>
                  {judged?.word && <small>, {t(`vitals.${judged.word}`)}</small>}
                </b>
              </dt>
              <dd>
                {name === 'bmi' ? (
                  <Ruler name="bmi" value={last.value} last={points.at(-2)?.value} />
                ) : (
                  drawn(name, points) && <Trend name={name} points={points} />
                )}
                <span className="sr">
                  {points.map((point) => `${dateText(point.date)}: ${point.value}`).join('; ')}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

function pointsOf(visits: MedicalRecord[], name: MeasureName): Point[] {
  return visits
    .map((visit) => ({
      value: measureOf(visit.vital_signs, name),
      date: visit.visit_date,
      at: Date.parse(visit.visit_date),
    }))
    .filter(
      (point) =>
        (name === 'blood_pressure' ? readPressure(point.value) : numberOf(point.value)) !== undefined,
    )
    .slice(0, mostPoints)
    .reverse();
}

function Trend({ name, points }: { name: Exclude<MeasureName, 'bmi'>; points: Point[] }) {
  const { usual } = ranges[name];
  const pressure = name === 'blood_pressure';
  const values = points.flatMap((point) => {
    const read = readPressure(point.value);
    return pressure && read ? [read.high, read.low] : [numberOf(point.value) ?? 0];
  });
  const band: [number, number] | undefined = pressure ? [60, 130] : usual;
  const low = Math.min(...values, ...(band ?? []));
  const high = Math.max(...values, ...(band ?? []));
  const y = (value: number) => height - 3 - ((value - low) / (high - low || 1)) * (height - 6);
  const x = (index: number) =>
    points.length === 1 ? width - 3 : 3 + (index * (width - 6)) / (points.length - 1);
  const last = points.at(-1)!;
  return (
    <div className="trend" aria-hidden="true">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
        {band && (
          <rect className="band" x="0" width={width} y={y(band[1])} height={y(band[0]) - y(band[1])} />
        )}
        {pressure
          ? points.map((point, index) => {
              const read = readPressure(point.value)!;
              return (
                <line
                  key={point.date}
                  className={index === points.length - 1 ? 'bar last' : 'bar'}
                  x1={x(index)}
                  x2={x(index)}
                  y1={y(read.high)}
                  y2={y(read.low)}
                />
              );
            })
          : points.slice(1).map((point, index) => {
              const before = points[index]!;
              // A line over a year without a visit would claim what nobody measured.
              if (point.at - before.at > yearMs) return null;
              return (
                <line
                  key={point.date}
                  className="line"
                  x1={x(index)}
                  y1={y(numberOf(before.value)!)}
                  x2={x(index + 1)}
                  y2={y(numberOf(point.value)!)}
                />
              );
            })}
      </svg>
      {band?.map((limit) => (
        <span key={limit} style={{ top: `${(y(limit) / height) * 100}%` }}>
          {limit}
        </span>
      ))}
      {!pressure && (
        <i
          style={{ left: `${x(points.length - 1)}%`, top: `${(y(numberOf(last.value)!) / height) * 100}%` }}
        />
      )}
    </div>
  );
}
