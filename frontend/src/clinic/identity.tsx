import { useTranslation } from 'react-i18next';
import type { Patient } from '@/lib/api/types';
import { ageOn, dateText } from '@/lib/time';
import { initials, listName } from './patients';

/** Who this is, in the words that tell two charts apart. */
export function IdentityFacts({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  return (
    <p className="facts num">
      {patient.date_of_birth && (
        <span>
          <b>{ageOn(patient.date_of_birth)}</b>{' '}
          {t('identity.born', { date: dateText(patient.date_of_birth) })}
        </span>
      )}
      {patient.gender && <span>{t(`sex.${patient.gender}`)}</span>}
      {patient.usc_id && (
        <span>
          {t('identity.uscId')} <b>{patient.usc_id}</b>
        </span>
      )}
      {!patient.usc_id && <span>{t('identity.noId')}</span>}
      {patient.course && <span>{[patient.course, patient.year_level].filter(Boolean).join(' ')}</span>}
    </p>
  );
}

export const PatientFace = ({ patient }: { patient: Patient }) => (
  <span className="face" aria-hidden="true">
    {initials(patient.last_name, patient.first_name)}
  </span>
);

/** One line of identity above a form, with the name as the page's heading. */
export function IdentityLine({ patient, ref }: { patient: Patient; ref?: React.Ref<HTMLHeadingElement> }) {
  return (
    <div className="idl">
      <h1 className="name" ref={ref} tabIndex={-1}>
        {listName(patient)}
      </h1>
      <IdentityFacts patient={patient} />
    </div>
  );
}
