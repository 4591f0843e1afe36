import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { openConflictsOf } from '@/clinic/conflicts';
import { valueText } from '@/clinic/values';
import type { Conflict, Patient } from '@/lib/api/types';
import { parts, partNames, type FieldName, type PartName } from './parts';

/** What is known beside the visits. Each part leads to its own small form. */
export function Background({ patient, mayEdit }: { patient: Patient; mayEdit: boolean }) {
  const { t } = useTranslation();
  const open = useQuery(openConflictsOf(patient.id)).data?.results ?? [];
  return (
    <div className="background">
      <h2 className="part">{t('patient.background')}</h2>
      {partNames.map((name) => (
        <Part key={name} name={name} patient={patient} mayEdit={mayEdit} open={open} />
      ))}
    </div>
  );
}

/** What the head of the page says already, in words that cannot be missed. */
const saidAbove: ReadonlySet<FieldName> = new Set<FieldName>(parts.identity);

/** Parts in which one look tells a number from a name or an address. */
const plain: ReadonlySet<PartName> = new Set<PartName>(['emergency', 'contact']);

interface PartProps {
  name: PartName;
  patient: Patient;
  mayEdit: boolean;
  open: Conflict[];
}

function Part({ name, patient, mayEdit, open }: PartProps) {
  const { t } = useTranslation();
  const known = (parts[name] as readonly FieldName[]).filter(
    (field) => !saidAbove.has(field) && (patient[field] || open.some((one) => one.field === field)),
  );
  // While two entries stand, showing one of them alone would be taking sides.
  const written = (field: FieldName): unknown[] => [
    ...new Set([patient[field], ...open.filter((one) => one.field === field).map((one) => one.other.value)]),
  ];
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
        <p className="quiet">{t(name === 'identity' ? 'identity.above' : 'value.nothing')}</p>
      ) : (
        known.map((field) => (
          <p key={field} className="pre">
            {known.length > 1 && !plain.has(name) && <span className="quiet">{t(`fields.${field}`)}: </span>}
            {written(field)
              .map((value) => valueText(t, field, value))
              .reduce((one, other) => t('value.or', { one, other }))}
          </p>
        ))
      )}
    </section>
  );
}
