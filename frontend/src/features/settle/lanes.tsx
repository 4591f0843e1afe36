import { useTranslation } from 'react-i18next';
import type { Conflict, Entry } from '@/lib/api/types';
import { dateText, timeText } from '@/lib/time';

const [from, to] = [12, 88];

/** Who wrote first and who second, each on the lane of their clinic. */
export function Lanes({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation();
  const [kept, other] = [Date.parse(conflict.kept.at), Date.parse(conflict.other.at)];
  const earliest = Math.min(kept, other);
  const span = Math.max(kept, other) - earliest || 1;
  const at = (entry: Entry) => from + ((Date.parse(entry.at) - earliest) / span) * (to - from);
  const lanes = new Map<string, { entry: Entry; hollow: boolean }[]>();
  for (const [entry, hollow] of [
    [conflict.other, true],
    [conflict.kept, false],
  ] as const) {
    const site = entry.site?.name ?? '';
    lanes.set(site, [...(lanes.get(site) ?? []), { entry, hollow }]);
  }
  const sameDay = dateText(conflict.kept.at) === dateText(conflict.other.at);
  const stamp = (entry: Entry) =>
    sameDay ? timeText(entry.at) : `${dateText(entry.at)}, ${timeText(entry.at)}`;
  return (
    <dl className="lanes only-wide">
      {[...lanes].map(([site, entries]) => (
        <div key={site}>
          <dt>{site}</dt>
          <dd>
            {entries.map(({ entry, hollow }) => (
              <span
                key={entry.at + String(hollow)}
                className={['dot', hollow && 'hollow', at(entry) > 70 && 'left'].filter(Boolean).join(' ')}
                style={{ left: `${at(entry)}%` }}
              >
                <em className="num">{t('settle.lane', { at: stamp(entry), name: entry.by?.name ?? '' })}</em>
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
