import '@/styles/patient.css';
import ChevronLeftOutlined from '@mui/icons-material/ChevronLeftOutlined';
import MedicalServicesOutlined from '@mui/icons-material/MedicalServicesOutlined';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import { AllergyStrip } from '@/clinic/allergy-strip';
import { Changes } from '@/clinic/changes';
import { IdentityFacts, PatientFace } from '@/clinic/identity';
import { listName, patientQuery } from '@/clinic/patients';
import { may } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { visitsQuery } from '@/clinic/visits';
import { Bones } from '@/components/bones';
import { Button, ButtonLink } from '@/components/button';
import { Heading } from '@/components/heading';
import { Message } from '@/components/message';
import { useKeys } from '@/components/use-keys';
import { useMedia, withPane } from '@/components/use-media';
import { NotFound } from '@/components/whole-page';
import { Background } from '@/features/patients/background';
import { Reading } from '@/features/visits/reading';
import { Thread } from '@/features/visits/thread';
import { Trends } from '@/features/visits/trends';
import { isApiError } from '@/lib/api/error';
import type { Patient } from '@/lib/api/types';

/** What the page that led here wants said once. */
export interface Arrival {
  saved?: 'visit' | 'patient' | 'registered';
  conflicts?: string[];
}

export function PatientPage({ changes = false }: { changes?: boolean }) {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const patient = useQuery(patientQuery(id));
  if (isApiError(patient.error, 404)) return <NotFound />;
  if (patient.data) return <Workspace patient={patient.data.record} changes={changes} key={id} />;
  if (patient.isPending) return <Bones label={t('state.loading')} rows={10} />;
  return (
    <div className="main">
      <Message
        meaning="waiting"
        action={<Button onClick={() => void patient.refetch()}>{t('wrong.tryAgain')}</Button>}
      >
        {t('patient.failed')}
      </Message>
    </div>
  );
}

function Workspace({ patient, changes }: { patient: Patient; changes: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { visit: chosen } = useParams();
  const { role } = usePerson();
  const writes = may(role, 'visits.write');
  const pane = useMedia(withPane);
  const list = useInfiniteQuery(visitsQuery(patient.id));
  const visits = list.data?.pages.flatMap((page) => page.results) ?? [];
  const total = list.data?.pages[0]?.count;
  const at = visits.findIndex((visit) => visit.id === chosen);
  const shown = chosen ?? (pane ? visits[0]?.id : undefined);
  const open = (index: number) => {
    const visit = visits[index];
    if (visit) void navigate(`/patients/${patient.id}/visits/${visit.id}`, { replace: chosen !== undefined });
  };
  const newVisit = `/patients/${patient.id}/visits/new`;
  useKeys({
    V: writes ? () => void navigate(newVisit) : undefined,
    E: writes && shown ? () => void navigate(`/patients/${patient.id}/visits/${shown}/edit`) : undefined,
    J: changes ? undefined : () => open(Math.min(visits.length - 1, (at < 0 && pane ? 0 : at) + 1)),
    K: changes ? undefined : () => open(Math.max(0, at - 1)),
  });
  const readingOnly = !pane && chosen !== undefined;
  return (
    <>
      <section className="pt">
        <div className="id">
          <PatientFace patient={patient} />
          <div className="grow">
            <Heading className="name" title={t('patient.tab')}>
              {listName(patient)}
            </Heading>
            <IdentityFacts patient={patient} />
          </div>
        </div>
        <AllergyStrip patient={patient} />
        {writes && (
          <div className="acts noprint">
            <ButtonLink main keys="V" to={newVisit} icon={<MedicalServicesOutlined />}>
              {t('patient.newVisit')}
            </ButtonLink>
          </div>
        )}
        <nav className="tabs noprint" aria-label={t('patient.show')}>
          <Link to={`/patients/${patient.id}`} aria-current={changes ? undefined : 'true'}>
            {t('patient.visits')} <b>{total}</b>
          </Link>
          <Link to={`/patients/${patient.id}/changes`} aria-current={changes ? 'true' : undefined}>
            {t('patient.changes')}
          </Link>
        </nav>
      </section>
      <Arrived patient={patient} />
      {changes ? (
        <section className="col only" aria-label={t('patient.changes')}>
          <Changes entity="patient" id={patient.id} />
        </section>
      ) : readingOnly ? (
        <div className="col only">
          <Link className="back" to={`/patients/${patient.id}`}>
            <ChevronLeftOutlined />
            {t('patient.backToVisits')}
          </Link>
          <Reading key={chosen} id={chosen} patient={patient} visits={visits} />
        </div>
      ) : (
        <div className="cols">
          <aside className="col l" aria-label={t('patient.aside')}>
            <Trends visits={visits} />
            <Background patient={patient} mayEdit={may(role, 'patients.write')} />
          </aside>
          <section className="col" aria-label={t('patient.visits')}>
            {list.isPending && <Bones label={t('state.loading')} />}
            {list.isError && !list.data && (
              <Message
                meaning="waiting"
                action={<Button onClick={() => void list.refetch()}>{t('wrong.tryAgain')}</Button>}
              >
                {t('visits.failed')}
              </Message>
            )}
            {list.data && (
              <Thread
                visits={visits}
                chosen={shown}
                to={(visit) => `/patients/${patient.id}/visits/${visit.id}`}
                mayWrite={writes}
              />
            )}
            {list.hasNextPage && (
              <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
                {t('state.more', { count: Math.min(50, (total ?? 0) - visits.length) })}
              </Button>
            )}
          </section>
          {pane && shown && (
            <section className="col r" aria-label={t('patient.reading')}>
              <Reading key={shown} id={shown} patient={patient} visits={visits} />
            </section>
          )}
        </div>
      )}
    </>
  );
}

/** Says what became of a save, and kindly when somebody else wrote at the same time. */
function Arrived({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  const arrival = useLocation().state as Arrival | null;
  if (!arrival?.saved) return null;
  const first = arrival.conflicts?.[0];
  if (!first) {
    return (
      <p className="sr" role="status">
        {t(`arrival.${arrival.saved}`, { name: patient.first_name })}
      </p>
    );
  }
  return (
    <div className="arrived">
      <Message
        meaning="conflict"
        action={<ButtonLink to={`/settle/${first}`}>{t('arrival.look')}</ButtonLink>}
      >
        {t('arrival.conflict', { count: arrival.conflicts!.length })}
      </Message>
    </div>
  );
}
