import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Bones } from '@/components/bones';
import type { HistoryEntry } from '@/lib/api/types';
import { dateText, timeText } from '@/lib/time';
import { historyQuery } from './history';
import { fieldName, isGroup, valueText } from './values';

interface Props {
  entity: 'patient' | 'medical_record';
  id: string;
}

/** Who changed what, when and where. What stood before stays readable. */
export function Changes({ entity, id }: Props) {
  const { t } = useTranslation();
  const history = useQuery(historyQuery(entity, id));
  if (history.isPending) return <Bones label={t('state.loading')} rows={3} />;
  if (!history.data) return <p className="quiet">{t('history.failed')}</p>;
  return (
    <ol className="chg">
      {history.data.results.map((entry, index) => (
        <li key={index}>
          <time className="num" dateTime={entry.at}>
            {dateText(entry.at)} {timeText(entry.at)}
          </time>
          <div>
            <Line entry={entry} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Line({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const who = entry.by?.name ?? t('history.someone');
  const where = entry.site ? t('history.at', { site: entry.site.name }) : '';
  if (entry.action !== 'update') return <p>{t(`history.${entry.action}`, { who, where })}</p>;
  const changed = entry.changes.filter((change) => !same(change.from, change.to));
  return (
    <>
      <p>{t('history.update', { who, where })}</p>
      {changed.map((change) => (
        <p key={change.field}>
          <b className="strong">{fieldName(t, change.field, change.label)}</b>:{' '}
          {change.from !== null && change.from !== '' && (
            <>
              <del>{valueText(t, change.field, change.from)}</del>{' '}
            </>
          )}
          {t('history.to', { value: valueText(t, change.field, change.to) })}
        </p>
      ))}
    </>
  );
}

const same = (a: unknown, b: unknown): boolean =>
  isGroup(a) && isGroup(b) ? JSON.stringify(a) === JSON.stringify(b) : (a ?? '') === (b ?? '');
