import '@/styles/patient.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePerson } from '@/clinic/session';
import { visitsQuery } from '@/clinic/visits';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Heading } from '@/components/heading';
import { Message } from '@/components/message';
import type { MedicalRecord } from '@/lib/api/types';
import { longDateText, timeText } from '@/lib/time';
import { measureOf, ranges, vitalNames } from '@/clinic/vitals';
import './own-visits.css';

/** A patient's own visits, to be read at leisure. */
export function OwnVisitsPage() {
  const { t } = useTranslation();
  const person = usePerson();
  const list = useInfiniteQuery(visitsQuery());
  const visits = list.data?.pages.flatMap((page) => page.results) ?? [];
  const count = list.data?.pages[0]?.count ?? 0;
  return (
    <div className="main own">
      <Heading title={t('nav.visits')}>
        {list.isSuccess ? t('own.say', { name: person.first_name, count }) : t('own.title')}
      </Heading>
      {list.isPending && <Bones label={t('state.loading')} />}
      {list.isError && !list.data && (
        <Message
          meaning="waiting"
          action={<Button onClick={() => void list.refetch()}>{t('wrong.tryAgain')}</Button>}
        >
          {t('visits.failed')}
        </Message>
      )}
      {list.isSuccess && visits.length === 0 && <p className="soft">{t('own.none')}</p>}
      <ol className="own-list">
        {visits.map((visit) => (
          <OwnVisit key={visit.id} visit={visit} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button onClick={() => void list.fetchNextPage()}>
          {t('state.more', { count: Math.min(50, count - visits.length) })}
        </Button>
      )}
    </div>
  );
}

function OwnVisit({ visit }: { visit: MedicalRecord }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const measured = vitalNames.filter((name) => measureOf(visit.vital_signs, name) !== '');
  return (
    <li className="sheet">
      <p className="soft num">
        {longDateText(visit.visit_date)}, {timeText(visit.visit_date)}
      </p>
      <h2>{visit.diagnosis}</h2>
      <p className="pre">{visit.treatment}</p>
      {open && (
        <dl>
          <dt>{t('fields.concern')}</dt>
          <dd className="pre">{visit.concern}</dd>
          {measured.map((name) => (
            <div key={name}>
              <dt>{t(`fields.${name}`)}</dt>
              <dd className="num">
                {measureOf(visit.vital_signs, name)} {ranges[name].unit}
              </dd>
            </div>
          ))}
          {visit.notes && (
            <>
              <dt>{t('fields.notes')}</dt>
              <dd className="pre">{visit.notes}</dd>
            </>
          )}
        </dl>
      )}
      <Button quiet onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? t('own.less') : t('own.all')}
      </Button>
    </li>
  );
}
