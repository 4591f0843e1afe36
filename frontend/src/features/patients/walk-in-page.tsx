import './walk-in.css';
import { zodResolver } from '@hookform/resolvers/zod';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { z } from 'zod';
import { useRegisterPatient } from '@/clinic/patients';
import { may } from '@/clinic/roles';
import { NotSavedYet } from '@/clinic/save-trouble';
import { usePerson } from '@/clinic/session';
import { Button, ButtonLink } from '@/components/button';
import { Field } from '@/components/field';
import { Heading } from '@/components/heading';
import { MarginForm, SaveBar, Section, UnsavedGuard } from '@/components/margin-form';
import { registered, useFirstGap } from '@/components/register';
import { Segments } from '@/components/segments';
import { isApiError } from '@/lib/api/error';
import type { Duplicate, PatientDraft } from '@/lib/api/types';
import { uuid7 } from '@/lib/uuid7';
import { BirthDateField } from './date-field';
import { birthRule, emailRule, isoDate, nameRule, phoneRule } from './rules';

const rules = (t: TFunction) =>
  z.object({
    last_name: nameRule(t),
    first_name: nameRule(t),
    date_of_birth: birthRule(t),
    gender: z.enum(['F', 'M', 'O'], t('rules.sexMissing')),
    phone_number: phoneRule(t),
    usc_id: z.string().trim(),
    email: emailRule(t),
    allergies: z.string().trim(),
  });

type Values = z.input<ReturnType<typeof rules>>;
const names = [
  'last_name',
  'first_name',
  'date_of_birth',
  'gender',
  'phone_number',
  'usc_id',
  'email',
  'allergies',
] as const;

const empty = {
  last_name: '',
  first_name: '',
  date_of_birth: '',
  gender: '' as Values['gender'],
  phone_number: '',
  usc_id: '',
  email: '',
  allergies: '',
};

/** Registers somebody who stands at the desk: few fields, one press, and likely doubles are shown before they happen. */
export function WalkInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const startsVisit = may(usePerson().role, 'visits.write');
  const register = useRegisterPatient();
  const [id] = useState(() => uuid7());
  const [duplicates, setDuplicates] = useState<Duplicate[]>([]);
  const form = useForm<Values>({
    resolver: zodResolver(rules(t)),
    defaultValues: empty,
    mode: 'onTouched',
    shouldFocusError: false,
  });
  const { errors, isDirty } = form.formState;
  useFirstGap(form);
  const leave = isDirty && !register.isSuccess;

  const save = (force: boolean) =>
    form.handleSubmit((values) => {
      if (register.isPending) return;
      register.mutate(draftOf(id, values, force), {
        onSuccess: ({ patient }) => {
          const then = startsVisit ? `/patients/${patient.id}/visits/new` : `/patients/${patient.id}`;
          void navigate(then, { state: { saved: 'registered' } });
        },
        onError: (error) => {
          if (!isApiError(error)) return;
          if (error.status === 409)
            setDuplicates((error.body['duplicates'] as Duplicate[] | undefined) ?? []);
          for (const name of names) {
            const message = error.messagesFor(name)[0];
            if (message) form.setError(name, { message }, { shouldFocus: true });
          }
        },
      });
    })();

  const refused = register.error;
  const problem =
    refused &&
    isApiError(refused) &&
    duplicates.length === 0 &&
    !names.some((name) => refused.messagesFor(name).length > 0)
      ? (refused.detail ?? t('form.refused'))
      : undefined;
  return (
    <div className={duplicates.length > 0 ? 'form-page' : 'form-page wide'}>
      <UnsavedGuard dirty={leave} />
      <header className="form-head">
        <div className="idl">
          <Heading className="name" title={t('nav.walkIn')}>
            {t('walkIn.title')}
          </Heading>
          <p className="soft">{t('walkIn.sub')}</p>
        </div>
      </header>
      <div>
        <NotSavedYet reason={register.isPending ? register.failureReason : null} what={t('walkIn.what')} />
        <MarginForm label={t('walkIn.title')} onSave={() => void save(false)}>
          <Section title={t('walkIn.who')}>
            <div className="fields">
              <Field
                label={t('fields.last_name')}
                problem={errors.last_name?.message}
                {...registered(form, 'last_name')}
                autoFocus
              />
              <Field
                label={t('fields.first_name')}
                problem={errors.first_name?.message}
                {...registered(form, 'first_name')}
              />
              <Controller
                control={form.control}
                name="date_of_birth"
                render={({ field, fieldState }) => (
                  <BirthDateField
                    label={t('fields.date_of_birth')}
                    value={field.value}
                    onChange={field.onChange}
                    onBlur={field.onBlur}
                    inputRef={field.ref}
                    problem={fieldState.error?.message}
                  />
                )}
              />
              <Controller
                control={form.control}
                name="gender"
                render={({ field, fieldState }) => (
                  <Segments
                    label={t('fields.gender')}
                    value={field.value}
                    onChange={field.onChange}
                    ref={field.ref}
                    problem={fieldState.error?.message}
                    options={(['F', 'M', 'O'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))}
                  />
                )}
              />
            </div>
          </Section>
          <Section title={t('walkIn.reach')}>
            <div className="fields">
              <Field
                label={t('fields.phone_number')}
                optional={t('form.optional')}
                problem={errors.phone_number?.message}
                {...registered(form, 'phone_number')}
                inputProps={{ inputMode: 'tel' }}
              />
              <Field
                label={t('fields.usc_id')}
                optional={t('form.optional')}
                problem={errors.usc_id?.message}
                {...registered(form, 'usc_id')}
              />
              <Field
                label={t('fields.email')}
                optional={t('form.optional')}
                problem={errors.email?.message}
                {...registered(form, 'email')}
                inputProps={{ inputMode: 'email', autoCapitalize: 'none' }}
              />
            </div>
          </Section>
          <Section title={t('fields.allergies')} note={t('walkIn.allergyNote')}>
            <div className="fields one">
              <Field
                label={t('walkIn.allergic')}
                hint={t('allergies.hint')}
                problem={errors.allergies?.message}
                {...registered(form, 'allergies')}
              />
              <div>
                <Button
                  onClick={() => form.setValue('allergies', t('allergies.none'), { shouldDirty: true })}
                >
                  {t('allergies.none')}
                </Button>
              </div>
            </div>
          </Section>
        </MarginForm>
      </div>
      {duplicates.length > 0 && (
        <Likely duplicates={duplicates} onAnyway={() => void save(true)} busy={register.isPending} />
      )}
      <SaveBar
        save={startsVisit ? t('walkIn.saveAndStart') : t('walkIn.save')}
        saving={register.isPending}
        onSave={() => void save(false)}
        onClose={() => void navigate('/patients')}
        problem={problem}
      />
    </div>
  );
}

function draftOf(id: string, values: Values, force: boolean): PatientDraft {
  const draft: PatientDraft = {
    id,
    last_name: values.last_name.trim(),
    first_name: values.first_name.trim(),
    date_of_birth: isoDate(values.date_of_birth),
    gender: values.gender,
  };
  for (const name of ['phone_number', 'usc_id', 'email', 'allergies'] as const) {
    const text = values[name].trim();
    if (text !== '') draft[name] = text;
  }
  if (force) draft.force_create = true;
  return draft;
}

/** People who look like this one, beside the form, so that a second chart is a decision and not a slip. */
function Likely({
  duplicates,
  onAnyway,
  busy,
}: {
  duplicates: Duplicate[];
  onAnyway: () => void;
  busy: boolean;
}) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  // On a phone it stands below the form, where nobody looks after pressing save.
  useEffect(() => title.current?.focus(), []);
  return (
    <aside
      className="ctx likely"
      aria-label={t('duplicates.title', { count: duplicates.length })}
      role="alert"
    >
      <div>
        <section>
          <h2 className="name" ref={title} tabIndex={-1}>
            {t('duplicates.title', { count: duplicates.length })}
          </h2>
          <p className="soft">{t('duplicates.why')}</p>
        </section>
        <ul>
          {duplicates.map((duplicate) => (
            <li key={duplicate.patient_id}>
              <span className="name">{duplicate.patient_name}</span>
              <p className="note">
                {t('duplicates.same', {
                  fields: duplicate.matching_fields
                    .map((field) => t(`fields.${field}` as 'fields.email').toLowerCase())
                    .join(', '),
                })}
              </p>
              <ButtonLink to={`/patients/${duplicate.patient_id}`}>{t('duplicates.open')}</ButtonLink>
            </li>
          ))}
        </ul>
        <Button onClick={onAnyway} aria-busy={busy}>
          {t('duplicates.anyway')}
        </Button>
      </div>
    </aside>
  );
}
