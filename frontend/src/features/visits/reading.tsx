import EditOutlined from '@mui/icons-material/EditOutlined';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Changes } from '@/clinic/changes';
import { historyQuery } from '@/clinic/history';
import { may } from '@/clinic/roles';
import { Ruler } from '@/clinic/ruler';
import { usePerson } from '@/clinic/session';
import { judge, measureOf, ranges, vitalNames, type MeasureName } from '@/clinic/vitals';
import { visitQuery } from '@/clinic/visits';
import { Bones } from '@/components/bones';
import { ButtonLink } from '@/components/button';
import { Message } from '@/components/message';
import { isApiError } from '@/lib/api/error';
import type { MedicalRecord, Patient } from '@/lib/api/types';
import { longDateText, timeText } from '@/lib/time';
import { examNames } from './examination';

const measures: readonly MeasureName[] = [...vitalNames, 'bmi'];

interface Props {
  id: string;
  patient?: Patient;
  /** The visits already on the page: what is shown of them needs no further asking. */
  visits: MedicalRecord[];
}

/** One visit, to be read, with its history under it. */
export function Reading({ id, patient, visits }: Props) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const listed = visits.find((visit) => visit.id === id);
  const one = useQuery({ ...visitQuery(id), enabled: listed === undefined });
  const visit = listed ?? one.data?.record;
  const foreign = patient !== undefined && visit !== undefined && visit.patient !== patient.id;
  if (isApiError(one.error, 404) || foreign)
    return <Message meaning="pending">{t('visits.notFound')}</Message>;
  if (!visit) return <Bones label={t('state.loading')} />;
  const measured = measures.filter((name) => measureOf(visit.vital_signs, name) !== '');
  const examined = examNames.filter((name) => visit.physical_examination[name]);
  return (
    <article className="rd">
      <div className="top row">
        <div className="grow">
          <p className="quiet num">
            <time dateTime={visit.visit_date}>
              {longDateText(visit.visit_date)}, {timeText(visit.visit_date)}
            </time>
          </p>
          <h2>{visit.diagnosis}</h2>
          <Author id={id} />
        </div>
        {patient && may(role, 'visits.write') && (
          <ButtonLink small keys="E" icon={<EditOutlined />} to={`/patients/${patient.id}/visits/${id}/edit`}>
            {t('visits.edit')}
          </ButtonLink>
        )}
      </div>
      {measured.length > 0 && (
        <dl className="grid4">
          {measured.map((name) => (
            <Measure key={name} name={name} value={measureOf(visit.vital_signs, name)} />
          ))}
        </dl>
      )}
      <Part title={t('fields.concern')} text={visit.concern} />
      {examined.length > 0 && (
        <>
          <h3>{t('visit.examination')}</h3>
          {examined.map((name) => (
            <p key={name}>
              <b className="strong">{t(`fields.${name}`)}</b>: {visit.physical_examination[name]}
            </p>
          ))}
        </>
      )}
      <Part title={t('fields.treatment')} text={visit.treatment} />
      <Part title={t('fields.notes')} text={visit.notes} />
      <hr />
      <h3>{t('visits.history')}</h3>
      <Changes entity="medical_record" id={id} />
    </article>
  );
}

function Measure({ name, value }: { name: MeasureName; value: string }) {
  const { t } = useTranslation();
  const judged = judge(name, value);
  return (
    <div>
      <dt>{t(`fields.${name}`)}</dt>
      <dd>
        {value} <small>{ranges[name].unit}</small>{' '}
        {judged?.word && judged.judgement !== 'usual' && (
          <small className={judged.judgement}>{t(`vitals.${judged.word}`)}</small>
        )}
        <Ruler name={name} value={value} />
      </dd>
    </div>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  if (text === '') return null;
  return (
    <>
      <h3>{title}</h3>
      <p className="pre">{text}</p>
    </>
  );
}

/** The record itself names nobody; its history begins with whoever wrote it, and where. */
function Author({ id }: { id: string }) {
  const created = useQuery(historyQuery('medical_record', id)).data?.results.find(
    (entry) => entry.action === 'create',
  );
  if (!created?.by) return null;
  return <p className="soft">{[created.by.name, created.site?.name].filter(Boolean).join(', ')}</p>;
}
