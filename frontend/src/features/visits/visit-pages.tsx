import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { patientQuery } from '@/clinic/patients';
import { useEditVisit, useSaveNewVisit, visitQuery } from '@/clinic/visits';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Message } from '@/components/message';
import { NotFound } from '@/components/whole-page';
import type { Versioned } from '@/lib/api/client';
import { isApiError } from '@/lib/api/error';
import { now } from '@/lib/clock';
import type { MedicalRecord, Patient } from '@/lib/api/types';
import { uuid7 } from '@/lib/uuid7';
import { VisitForm } from './visit-form';
import { changesOf, newVisit, valuesOf, type VisitValues } from './visit-values';

export function VisitNewPage() {
  const { id = '' } = useParams();
  const patient = useQuery(patientQuery(id));
  if (!patient.data) return <Waiting error={patient.error} onTryAgain={() => void patient.refetch()} />;
  return <NewVisit key={id} patient={patient.data.record} />;
}

export function VisitEditPage() {
  const { id = '', visit = '' } = useParams();
  const patient = useQuery(patientQuery(id));
  const loaded = useQuery(visitQuery(visit));
  if (!patient.data || !loaded.data) {
    const again = () => void Promise.all([patient.refetch(), loaded.refetch()]);
    return <Waiting error={patient.error ?? loaded.error} onTryAgain={again} />;
  }
  return <EditVisit key={visit} patient={patient.data.record} loaded={loaded.data} />;
}

function Waiting({ error, onTryAgain }: { error: Error | null; onTryAgain: () => void }) {
  const { t } = useTranslation();
  if (!error) return <Bones label={t('state.loading')} rows={10} />;
  if (isApiError(error, 404)) return <NotFound />;
  return (
    <div className="main">
      <Message meaning="waiting" action={<Button onClick={onTryAgain}>{t('wrong.tryAgain')}</Button>}>
        {t('patient.failed')}
      </Message>
    </div>
  );
}

function NewVisit({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useSaveNewVisit();
  const [id] = useState(() => uuid7());
  // The moment of the first press: a save that arrives later is still the same visit.
  const at = useRef<string>(undefined);
  const chart = `/patients/${patient.id}`;
  const save = (values: VisitValues) => {
    at.current ??= now().toISOString();
    create.mutate(newVisit(id, patient.id, at.current, values), {
      onSuccess: ({ record }) => void navigate(`${chart}/visits/${record.id}`, { state: { saved: 'visit' } }),
    });
  };
  return (
    <VisitForm
      patient={patient}
      title={t('visit.new')}
      initial={valuesOf(undefined, patient.height ?? '')}
      saving={create.isPending}
      saved={create.isSuccess}
      refused={create.error}
      waiting={create.failureReason}
      onSave={save}
      onClose={() => void navigate(chart)}
    />
  );
}

function EditVisit({ patient, loaded }: { patient: Patient; loaded: Versioned<MedicalRecord> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // The version belongs to what the form was filled from, however often the visit is read again meanwhile.
  const [{ record, version }] = useState(loaded);
  const [initial] = useState(() => valuesOf(record));
  const edit = useEditVisit(record.id, version);
  const page = `/patients/${patient.id}/visits/${record.id}`;
  const save = (values: VisitValues) => {
    const changes = changesOf(initial, values);
    if (Object.keys(changes).length === 0) return void navigate(page);
    edit.mutate(changes, {
      onSuccess: ({ conflicts }) => void navigate(page, { state: { saved: 'visit', conflicts } }),
    });
  };
  return (
    <VisitForm
      patient={patient}
      title={t('visit.editing')}
      initial={initial}
      own={record.id}
      saving={edit.isPending}
      saved={edit.isSuccess}
      refused={edit.error}
      waiting={edit.failureReason}
      onSave={save}
      onClose={() => void navigate(page)}
    />
  );
}
