import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Patient } from '@/lib/api/types';
import { parts, partNames, type PartName } from './parts';
import { valueText } from '@/clinic/values';

/** What is known beside the visits. Each part leads to its own small form. */
export function Background({ patient, mayEdit }: { patient: Patient; mayEdit: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="background">
      <h2 className="part">{t('patient.background')}</h2>
      {partNames.map((name) => (
        <Part key={name} name={name} patient={patient} mayEdit={mayEdit} />
      ))}
    </div>
  );
}

function Part({ name, patient, mayEdit }: { name: PartName; patient: Patient; mayEdit: boolean }) {
  const { t } = useTranslation();
  const known = parts[name].filter((field) => patient[field]);
  return (
    <section>
      <header>
        <h3>{t(`parts.${name}`)}</h3>
        {mayEdit && (
          <Link to={`/patients/${patient.id}/edit/${name}`} className="noprint">
            {t('parts.edit')}
            <span className="sr"> {t(`parts.${name}`)}</span>
          </Link>
        )}
      </header>
      {known.length === 0 ? (
        <p className="quiet">{t('value.nothing')}</p>
      ) : (
        known.map((field) => (
          <p key={field} className="pre">
            {known.length > 1 && <span className="quiet">{t(`fields.${field}`)}: </span>}
            {valueText(t, field, patient[field])}
          </p>
        ))
      )}
    </section>
  );
}
