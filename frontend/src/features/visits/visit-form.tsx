import './visit-form.css';
import TextareaAutosize from '@mui/material/TextareaAutosize';
import { zodResolver } from '@hookform/resolvers/zod';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useForm, useWatch, type FieldPath, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AllergyStrip } from '@/clinic/allergy-strip';
import { IdentityLine } from '@/clinic/identity';
import { Ruler } from '@/clinic/ruler';
import { NotSavedYet } from '@/clinic/save-trouble';
import { useServerReachable } from '@/clinic/sync';
import { bmiOf, judge, measureOf, ranges, vitalNames, type VitalName } from '@/clinic/vitals';
import { visitsQuery } from '@/clinic/visits';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { KeyCap } from '@/components/key-cap';
import { MarginForm, SaveBar, Section, UnsavedGuard } from '@/components/margin-form';
import { Message } from '@/components/message';
import { registered, useFirstGap } from '@/components/register';
import { isApiError } from '@/lib/api/error';
import type { MedicalRecord, Patient } from '@/lib/api/types';
import { now } from '@/lib/clock';
import { dateText, localMinute } from '@/lib/time';
import { examNames } from './examination';
import { formField, limits, visitRules, type VisitValues } from './visit-values';

type Form = UseFormReturn<VisitValues>;

interface Props {
  patient: Patient;
  title: string;
  initial: VisitValues;
  /** The visit that is being edited, so that "last time" does not mean itself. */
  own?: string;
  saving: boolean;
  saved: boolean;
  refused: Error | null;
  waiting: Error | null;
  onSave: (values: VisitValues) => void;
  onClose: () => void;
}

export function VisitForm({
  patient,
  title,
  initial,
  own,
  saving,
  saved,
  refused,
  waiting,
  onSave,
  onClose,
}: Props) {
  const { t } = useTranslation();
  const reachable = useServerReachable();
  const visits = useInfiniteQuery(visitsQuery(patient.id)).data?.pages[0]?.results ?? [];
  const last = visits.find((visit) => visit.id !== own);
  const form = useForm<VisitValues>({
    resolver: zodResolver(visitRules(t)),
    defaultValues: initial,
    mode: 'onTouched',
    shouldFocusError: false,
  });
  const { isDirty, errors } = form.formState;
  useFirstGap(form);
  const save = form.handleSubmit((values) => {
    if (!saving) onSave(values);
  });

  useEffect(() => {
    if (!isApiError(refused)) return;
    for (const wire of refused.fieldNames) {
      const name = formField(wire);
      if (name)
        form.setError(
          name as FieldPath<VisitValues>,
          { message: refused.messagesFor(wire)[0]! },
          { shouldFocus: true },
        );
    }
  }, [form, refused]);

  const unplaced =
    refused !== null &&
    !(isApiError(refused) && refused.fieldNames.some((wire) => formField(wire) !== undefined));
  const [concern, diagnosis, treatment] = useWatch({
    control: form.control,
    name: ['concern', 'diagnosis', 'treatment'],
  });
  const filled = (text: string, name: 'concern' | 'diagnosis' | 'treatment') =>
    text.trim().length >= limits[name];
  return (
    <div className="form-page">
      <title>{`${title} · himsog`}</title>
      <UnsavedGuard dirty={isDirty && !saved} />
      <section className="form-head">
        <IdentityLine patient={patient} />
        <AllergyStrip patient={patient} />
      </section>
      <div>
        {!reachable && !saving && isDirty && (
          <div className="in-form">
            <Message meaning="alert" urgent>
              {t('form.onlyHere')}
            </Message>
          </div>
        )}
        <NotSavedYet reason={saving ? waiting : null} what={t('visit.what')} />
        <MarginForm label={title} onSave={() => void save()}>
          <Vitals form={form} last={last} />
          <Section
            title={t('fields.concern')}
            note={t('rules.least', { count: limits.concern })}
            done={filled(concern, 'concern')}
          >
            <Field
              label={t('fields.concern')}
              hideLabel
              problem={errors.concern?.message}
              {...registered(form, 'concern')}
              multiline
              inputProps={{ 'data-one-line': true }}
            />
          </Section>
          <Examination form={form} />
          <Section
            title={t('fields.diagnosis')}
            note={t('rules.least', { count: limits.diagnosis })}
            done={filled(diagnosis, 'diagnosis')}
          >
            <Field
              label={t('fields.diagnosis')}
              hideLabel
              problem={errors.diagnosis?.message}
              {...registered(form, 'diagnosis')}
              multiline
              inputProps={{ 'data-one-line': true }}
            />
          </Section>
          <Section
            title={t('fields.treatment')}
            note={t('rules.least', { count: limits.treatment })}
            done={filled(treatment, 'treatment')}
          >
            <Field
              label={t('fields.treatment')}
              hideLabel
              problem={errors.treatment?.message}
              {...registered(form, 'treatment')}
              multiline
              minRows={3}
            />
          </Section>
          <Section title={t('fields.notes')} note={t('rules.most', { count: limits.notes })}>
            <Field
              label={t('fields.notes')}
              hideLabel
              problem={errors.notes?.message}
              {...registered(form, 'notes')}
              multiline
              minRows={2}
            />
          </Section>
          <When form={form} isNew={own === undefined} />
        </MarginForm>
      </div>
      <Context patient={patient} last={last} />
      <SaveBar
        save={t('visit.save')}
        note={title}
        saving={saving}
        onSave={() => void save()}
        onClose={onClose}
        problem={unplaced ? (isApiError(refused) && refused.detail) || t('form.refused') : undefined}
      />
    </div>
  );
}

function Vitals({ form, last }: { form: Form; last: MedicalRecord | undefined }) {
  const { t } = useTranslation();
  const vitals = useWatch({ control: form.control, name: 'vitals' });
  const first = useRef(true);
  const { setFocus } = form;
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    const empty = vitalNames.find((name) => vitals[name] === '') ?? 'blood_pressure';
    setFocus(`vitals.${empty}`);
  }, [setFocus, vitals]);
  const index = bmiOf(vitals.weight, vitals.height);
  const judged = judge('bmi', index);
  return (
    <Section
      title={t('visit.vitals')}
      done={vitalNames.some((name) => vitals[name].trim() !== '')}
      note={<p className="only-wide">{t('vitals.legend')}</p>}
    >
      <div className="vitals num">
        {vitalNames.map((name) => (
          <Vital
            key={name}
            form={form}
            name={name}
            value={vitals[name]}
            last={last && measureOf(last.vital_signs, name)}
          />
        ))}
        <div className="field">
          <span className="lab row">
            <span className="grow">{t('fields.bmi')}</span>
            {judged?.word && <span className="note">{t(`vitals.${judged.word}`)}</span>}
          </span>
          <output className="computed">
            <b>{index ?? ''}</b>
            <span className="unit">{ranges.bmi.unit}</span>
          </output>
          <Ruler name="bmi" value={index} last={last && measureOf(last.vital_signs, 'bmi')} />
        </div>
      </div>
    </Section>
  );
}

interface VitalProps {
  form: Form;
  name: VitalName;
  value: string;
  last: string | undefined;
}

function Vital({ form, name, value, last }: VitalProps) {
  const { t } = useTranslation();
  const judged = judge(name, value);
  const problem = form.formState.errors.vitals?.[name]?.message;
  const unusual = judged !== undefined && judged.judgement !== 'usual' && problem === undefined;
  return (
    <div className={unusual ? `vital ${judged.judgement}` : 'vital'}>
      <Field
        label={t(`fields.${name}`)}
        labelEnd={
          unusual &&
          judged.word && (
            <b
              className={`word ${judged.judgement}`}
              role={judged.judgement === 'dangerous' ? 'alert' : undefined}
            >
              {t(`vitals.${judged.word}`)}
            </b>
          )
        }
        hint={<Ruler name={name} value={value} last={last} />}
        problem={problem}
        unit={ranges[name].unit}
        {...registered(form, `vitals.${name}`)}
        placeholder={name === 'blood_pressure' ? '120/80' : undefined}
        inputProps={{ inputMode: name === 'blood_pressure' ? 'text' : 'decimal' }}
      />
    </div>
  );
}

/** Type only what is not normal; Ctrl with the full stop fills the rest. */
function Examination({ form }: { form: Form }) {
  const { t } = useTranslation();
  const exam = useWatch({ control: form.control, name: 'exam' });
  const restIsNormal = () => {
    for (const name of examNames)
      if (exam[name].trim() === '') form.setValue(`exam.${name}`, t('visit.normal'), { shouldDirty: true });
    form.setFocus('diagnosis');
  };
  return (
    <Section
      title={t('visit.examination')}
      done={examNames.some((name) => exam[name].trim() !== '')}
      note={
        <>
          <p>{t('visit.examNote')}</p>
          <Button quiet size="small" keys="Ctrl ." onClick={restIsNormal}>
            {t('visit.restNormal')}
          </Button>
        </>
      }
    >
      <div
        className="exam"
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key !== '.') return;
          event.preventDefault();
          restIsNormal();
        }}
      >
        {examNames.map((name) => {
          const { inputRef, ...rest } = registered(form, `exam.${name}`);
          return (
            <label key={name}>
              <span>{t(`fields.${name}`)}</span>
              <TextareaAutosize {...rest} ref={inputRef} autoComplete="off" data-one-line />
            </label>
          );
        })}
      </div>
    </Section>
  );
}

function When({ form, isNew }: { form: Form; isNew: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(!isNew);
  return (
    <Section title={t('visit.when')}>
      {open ? (
        <div className="when">
          <Field
            label={t('visit.whenLabel')}
            type="datetime-local"
            problem={form.formState.errors.when?.message}
            {...registered(form, 'when')}
            inputProps={{ max: localMinute(now()) }}
          />
        </div>
      ) : (
        <p className="row when-now">
          {t('visit.now')}
          <Button
            quiet
            onClick={() => {
              form.setValue('when', localMinute(now()));
              setOpen(true);
            }}
          >
            {t('visit.earlier')}
          </Button>
        </p>
      )}
    </Section>
  );
}

function Context({ patient, last }: { patient: Patient; last: MedicalRecord | undefined }) {
  const { t } = useTranslation();
  const background = [patient.existing_medical_condition, patient.illness, patient.medications].filter(
    Boolean,
  );
  return (
    <aside className="ctx keys-only" aria-label={t('visit.context')}>
      <div>
        {last && (
          <section>
            <h3>{t('visit.last', { date: dateText(last.visit_date) })}</h3>
            <p>
              <b className="strong">{last.diagnosis}</b>. {last.treatment}{' '}
              <Link to={`/patients/${patient.id}/visits/${last.id}`}>{t('visit.open')}</Link>
            </p>
          </section>
        )}
        {background.length > 0 && (
          <section>
            <h3>{t('visit.background')}</h3>
            {background.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </section>
        )}
        <section>
          <h3>{t('visit.keys')}</h3>
          <dl className="kd">
            {(
              [
                ['next', ['Enter']],
                ['part', ['Ctrl ↓', 'Ctrl ↑']],
                ['normal', ['Ctrl .']],
                ['save', ['Ctrl Enter']],
              ] as const
            ).map(([action, keys]) => (
              <div key={action} className="pair">
                <dt>{t(`keys.form.${action}`)}</dt>
                <dd>
                  {keys.map((key) => (
                    <KeyCap key={key} keys={key} />
                  ))}
                  <span className="sr">{keys.join(', ')}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </aside>
  );
}
