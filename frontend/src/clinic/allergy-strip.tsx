import WarningAmberOutlined from '@mui/icons-material/WarningAmberOutlined';
import Contrast from '@mui/icons-material/Contrast';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ButtonLink } from '@/components/button';
import { TwoEntries } from '@/components/icons';
import type { Conflict, Patient } from '@/lib/api/types';
import { dateText } from '@/lib/time';
import { origins, stripOf } from './allergies';
import { openConflictsOf } from './conflicts';
import { historyQuery } from './history';
import { fieldName, valueText } from './values';

/** Allergies, and whatever two people wrote about allergies or medicines that nobody has settled. */
export function AllergyStrip({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  const open = useQuery(openConflictsOf(patient.id)).data?.results ?? [];
  const strip = stripOf(patient, open);
  const medicines = open.filter((conflict) => conflict.field === 'medications');
  return (
    <div className="safe">
      <div className="line">
        <Strip patient={patient} strip={strip} />
        {strip.conflicts.map((conflict) => (
          <Differ key={conflict.id} conflict={conflict} />
        ))}
      </div>
      {medicines.map((conflict) => (
        <div className="line" key={conflict.id}>
          <div className="alg both">
            <b>
              <TwoEntries />
              {t('fields.medications')}
            </b>
            <ul>
              {[conflict.kept, conflict.other].map((entry, index, both) => (
                <li key={index}>
                  <From name={origins(both)[index]} />
                  <b>{valueText(t, conflict.field, entry.value)}</b>
                </li>
              ))}
            </ul>
          </div>
          <Differ conflict={conflict} />
        </div>
      ))}
    </div>
  );
}

function Strip({ patient, strip }: { patient: Patient; strip: ReturnType<typeof stripOf> }) {
  const { t } = useTranslation();
  if (strip.state === 'unasked') {
    return (
      <div className="alg ask">
        <b>
          <Contrast />
          {t('allergies.title')}
        </b>
        <p>
          <span>{t('allergies.unasked')}</span>{' '}
          <Link to={`/patients/${patient.id}/edit/safety`}>{t('allergies.ask')}</Link>
        </p>
      </div>
    );
  }
  if (strip.state === 'none') {
    return (
      <div className="alg none">
        <b>{t('allergies.title')}</b>
        <p>
          {t('allergies.none')}
          <Asked patient={patient.id} />
        </p>
      </div>
    );
  }
  return (
    <div className="alg">
      <b>
        <WarningAmberOutlined />
        {t('allergies.title')}
      </b>
      <ul>
        {strip.said.map(({ substances, from }, index) =>
          from === undefined ? (
            substances.map((text, at) => (
              <li key={at}>
                <Substance text={text} />
              </li>
            ))
          ) : (
            <li key={index}>
              <From name={from} />
              {substances.map((text, at) => (
                <Fragment key={at}>
                  {at > 0 && ', '}
                  <Substance text={text} />
                </Fragment>
              ))}
              {substances.length === 0 && t('allergies.none')}
            </li>
          ),
        )}
      </ul>
    </div>
  );
}

function From({ name }: { name: string | undefined }) {
  const { t } = useTranslation();
  return name && `${t('allergies.from', { name })} `;
}

/** "None known" is worth as much as the day somebody asked. */
function Asked({ patient }: { patient: string }) {
  const { t } = useTranslation();
  const entries = useQuery(historyQuery('patient', patient)).data?.results ?? [];
  const asked = entries.find((entry) => entry.changes.some((change) => change.field === 'allergies'));
  if (!asked) return null;
  return (
    <span className="quiet">
      {t('allergies.asked', { date: dateText(asked.at), name: asked.by?.name ?? '' })}
    </span>
  );
}

function Differ({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation();
  return (
    <ButtonLink to={`/settle/${conflict.id}`} className="differ noprint" icon={<TwoEntries />}>
      <span>
        <span className="only-wide">{t('allergies.two')} </span>
        {t('allergies.settle')}
        <span className="sr"> {fieldName(t, conflict.field)}</span>
      </span>
    </ButtonLink>
  );
}

/** The substance stands out; what it did is said after it. */
function Substance({ text }: { text: string }) {
  const [, name = text, rest = ''] = /^(.*?)(\s*[(:].*)?$/s.exec(text) ?? [];
  return (
    <>
      <b>{name.charAt(0).toUpperCase() + name.slice(1)}</b>
      {rest}
    </>
  );
}
