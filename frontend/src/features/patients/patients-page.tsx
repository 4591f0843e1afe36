import PeopleAltOutlined from '@mui/icons-material/PeopleAltOutlined';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { listName, patientsQuery } from '@/clinic/patients';
import { Bones } from '@/components/bones';
import { Button, ButtonLink } from '@/components/button';
import { Empty } from '@/components/empty';
import { Heading } from '@/components/heading';
import { Message } from '@/components/message';
import { useKeys } from '@/components/use-keys';
import type { Patient } from '@/lib/api/types';
import { ageOn, dateText } from '@/lib/time';
import './ledger.css';

/** Walks the rows of a ledger by keyboard: the focus is the place. */
function step(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>('.ledger a.whole-row')];
  const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

export function PatientsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useInfiniteQuery(patientsQuery);
  const patients = list.data?.pages.flatMap((page) => page.results) ?? [];
  const count = list.data?.pages[0]?.count ?? 0;
  useKeys({ J: () => step(1), K: () => step(-1) });
  return (
    <div className="main">
      <div className="top">
        <div>
          <Heading title={t('nav.patients')}>
            {list.isSuccess ? t('patients.say', { count }) : t('patients.title')}
          </Heading>
          <p className="soft">{t('patients.sub')}</p>
        </div>
        <div className="row wrap">
          <ButtonLink main keys="N" to="/patients/new">
            {t('patients.walkIn')}
          </ButtonLink>
        </div>
      </div>
      {list.isPending && <Bones label={t('state.loading')} rows={12} />}
      {list.isError && !list.data && (
        <Message
          meaning="waiting"
          action={
            <Button size="small" onClick={() => void list.refetch()}>
              {t('wrong.tryAgain')}
            </Button>
          }
        >
          {t('patients.failed')}
        </Message>
      )}
      {list.isSuccess && patients.length === 0 && (
        <Empty icon={<PeopleAltOutlined />}>{t('patients.none')}</Empty>
      )}
      {patients.length > 0 && (
        <>
          <table className="ledger">
            <thead>
              <tr>
                <th scope="col">{t('patients.name')}</th>
                <th scope="col">{t('patients.born')}</th>
                <th scope="col">{t('patients.sex')}</th>
                <th scope="col">{t('identity.uscId')}</th>
                <th scope="col">{t('fields.phone_number')}</th>
                <th scope="col">{t('patients.since')}</th>
              </tr>
            </thead>
            <tbody>
              {patients.map((patient) => (
                <Row
                  key={patient.id}
                  patient={patient}
                  onOpen={() => void navigate(`/patients/${patient.id}`)}
                />
              ))}
            </tbody>
          </table>
          {list.hasNextPage && (
            <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
              {t('state.more', { count: Math.min(50, count - patients.length) })}
            </Button>
          )}
          <p className="note" role="status">
            {t('state.shown', { shown: patients.length, count })}
          </p>
        </>
      )}
    </div>
  );
}

function Row({ patient, onOpen }: { patient: Patient; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <tr onClick={onOpen}>
      <td>
        <Link
          className="whole-row name"
          to={`/patients/${patient.id}`}
          onClick={(event) => event.stopPropagation()}
        >
          {listName(patient)}
        </Link>
      </td>
      <td>
        {patient.date_of_birth &&
          t('find.born', { age: ageOn(patient.date_of_birth), date: dateText(patient.date_of_birth) })}
      </td>
      <td>{patient.gender && t(`sex.${patient.gender}`)}</td>
      <td>{patient.usc_id}</td>
      <td className="extra">{patient.phone_number}</td>
      <td className="extra">{dateText(patient.created_at)}</td>
    </tr>
  );
}
