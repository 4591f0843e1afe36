import MedicalServicesOutlined from '@mui/icons-material/MedicalServicesOutlined';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '@/components/empty';
import type { MedicalRecord } from '@/lib/api/types';
import { dayText, timeText, yearOf } from '@/lib/time';

interface Props {
  visits: MedicalRecord[];
  chosen?: string | undefined;
  to: (visit: MedicalRecord) => string;
  mayWrite: boolean;
}

/** Everything that happened, newest first, by year. */
export function Thread({ visits, chosen, to, mayWrite }: Props) {
  const { t } = useTranslation();
  if (visits.length === 0) {
    return (
      <Empty icon={<MedicalServicesOutlined />}>{t(mayWrite ? 'visits.none' : 'visits.noneHere')}</Empty>
    );
  }
  return (
    <ol className="thread">
      {visits.map((visit, index) => {
        const year = yearOf(visit.visit_date);
        const first = index === 0 || yearOf(visits[index - 1]!.visit_date) !== year;
        const last = index === visits.length - 1 || yearOf(visits[index + 1]!.visit_date) !== year;
        return (
          <Fragment key={visit.id}>
            {first && <li className="yr">{year}</li>}
            <li className={['ev', visit.id === chosen && 'sel', last && 'last'].filter(Boolean).join(' ')}>
              <time dateTime={visit.visit_date}>
                {dayText(visit.visit_date)}
                <small>{timeText(visit.visit_date)}</small>
              </time>
              <i>
                <MedicalServicesOutlined />
              </i>
              <Link className="it" to={to(visit)} aria-current={visit.id === chosen ? 'true' : undefined}>
                <h3>{visit.diagnosis}</h3>
                <p>{[visit.concern, visit.treatment].filter(Boolean).join('. ')}</p>
              </Link>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
