import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { z } from 'zod';
import { AllergyStrip } from '@/clinic/allergy-strip';
import { IdentityLine } from '@/clinic/identity';
import { patientQuery, useEditPatient } from '@/clinic/patients';
import { NotSavedYet } from '@/clinic/save-trouble';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { MarginForm, SaveBar, Section, UnsavedGuard } from '@/components/margin-form';
import { registered, useFirstGap } from '@/components/register';
import { Segments } from '@/components/segments';
import { NotFound } from '@/components/whole-page';
import type { Versioned } from '@/lib/api/client';
import { isApiError } from '@/lib/api/error';
import type { Patient, PatientDraft } from '@/lib/api/types';
import { dateText } from '@/lib/time';
import { BirthDateField } from './date-field';
import { isPart, longFields, parts, type FieldName, type PartName } from './parts';
import { birthRule, emailRule, isoDate, nameRule, phoneRule } from './rules';

const longest = 10_000;

function rulesOf(part: PartName, t: TFunction) {
  const special: Partial<Record<FieldName, z.ZodType<string, string>>> = {
    last_name: nameRule(t),
    first_name: nameRule(t),
    date_of_birth: birthRule(t),
    phone_number: phoneRule(t),
    emergency_contact_number: phoneRule(t),
    email: emailRule(t),
    address: z.string().refine((text) => text.trim() === '' || text.trim().length >= 10, t('rules.address')),
  };
  const shape = Object.fromEntries(
    parts[part].map((name) => [
      name,
      special[name] ?? z.string().max(longest, t('rules.long', { count: longest })),
    ]),
  );
  return z.object(shape) as z.ZodType<Record<string, string>, Record<string, string>>;
}

export function PatientEditPage() {
  const { t } = useTranslation();
  const { id = '', part } = useParams();
  const patient = useQuery(patientQuery(id));
  if (!isPart(part) || isApiError(patient.error, 404)) return <NotFound />;
  if (!patient.data) return <Bones label={t('state.loading')} />;
  return <EditPart key={`${id}/${part}`} loaded={patient.data} part={part} />;
}

const textOf = (name: FieldName, value: string | null | undefined) =>
  name === 'date_of_birth' && value ? dateText(value) : (value ?? '');

function EditPart({ loaded, part }: { loaded: Versioned<Patient>; part: PartName }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // The version belongs to what the form was filled from, however often the chart is read again meanwhile.
  const [{ record, version }] = useState(loaded);
  const edit = useEditPatient(record.id, version);
  const names = parts[part] as readonly FieldName[];
  const [initial] = useState(() =>
    Object.fromEntries(names.map((name) => [name, textOf(name, record[name])])),
  );
  const form = useForm<Record<string, string>>({
    resolver: zodResolver(rulesOf(part, t)),
    defaultValues: initial,
    mode: 'onTouched',
    shouldFocusError: false,
  });
  const { isDirty, errors, dirtyFields } = form.formState;
  useFirstGap(form);
  const back = `/patients/${record.id}`;

  const save = form.handleSubmit((values) => {
    if (edit.isPending) return;
    const changed = names.filter((name) => dirtyFields[name] && values[name] !== initial[name]);
    if (changed.length === 0) return void navigate(back);
    const changes: Record<string, string> = {};
    for (const name of changed) {
      const text = (values[name] ?? '').trim();
      changes[name] = name === 'date_of_birth' ? isoDate(text) : text;
    }
    edit.mutate(changes as PatientDraft, {
      onSuccess: ({ conflicts }) => void navigate(back, { state: { saved: 'patient', conflicts } }),
      onError: (error) => {
        if (!isApiError(error)) return;
        for (const name of names) {
          const message = error.messagesFor(name)[0];
          if (message) form.setError(name, { message }, { shouldFocus: true });
        }
      },
    });
  });

  const refused = edit.error;
  const placed = refused && isApiError(refused) && names.some((name) => refused.messagesFor(name).length > 0);
  return (
    <div className="form-page wide one-column">
      <title>{`${t(`parts.${part}`)} · himsog`}</title>
      <UnsavedGuard dirty={isDirty && !edit.isSuccess} />
      <header className="form-head">
        <IdentityLine patient={record} />
        <AllergyStrip patient={loaded.record} />
      </header>
      <div>
        <NotSavedYet reason={edit.isPending ? edit.failureReason : null} what={t('parts.what')} />
        <MarginForm label={t(`parts.${part}`)} onSave={() => void save()}>
          {names.map((name, index) => (
            <Section
              key={name}
              title={t(`fields.${name}`)}
              note={name === 'allergies' ? t('walkIn.allergyNote') : undefined}
            >
              {name === 'date_of_birth' ? (
                <Controller
                  control={form.control}
                  name={name}
                  render={({ field, fieldState }) => (
                    <BirthDateField
                      label={t('fields.date_of_birth')}
                      hideLabel
                      value={field.value ?? ''}
                      onChange={field.onChange}
                      onBlur={field.onBlur}
                      inputRef={field.ref}
                      problem={fieldState.error?.message}
                    />
                  )}
                />
              ) : name === 'gender' ? (
                <Controller
                  control={form.control}
                  name={name}
                  render={({ field, fieldState }) => (
                    <Segments
                      label={t('fields.gender')}
                      hideLabel
                      value={field.value as 'F' | 'M' | 'O' | ''}
                      onChange={field.onChange}
                      ref={field.ref}
                      problem={fieldState.error?.message}
                      options={(['F', 'M', 'O'] as const).map((value) => ({
                        value,
                        label: t(`sex.${value}`),
                      }))}
                    />
                  )}
                />
              ) : (
                <Field
                  label={t(`fields.${name}`)}
                  hideLabel
                  problem={errors[name]?.message}
                  hint={name === 'allergies' ? t('allergies.hint') : undefined}
                  {...registered(form, name)}
                  multiline={longFields.has(name)}
                  minRows={longFields.has(name) ? 2 : undefined}
                  autoFocus={index === 0}
                />
              )}
              {name === 'allergies' && (
                <Button
                  onClick={() => form.setValue('allergies', t('allergies.none'), { shouldDirty: true })}
                >
                  {t('allergies.none')}
                </Button>
              )}
            </Section>
          ))}
        </MarginForm>
      </div>
      <SaveBar
        save={t('parts.save', { part: t(`parts.${part}`).toLowerCase() })}
        saving={edit.isPending}
        onSave={() => void save()}
        onClose={() => void navigate(back)}
        problem={
          refused && !placed ? (isApiError(refused) && refused.detail) || t('form.refused') : undefined
        }
      />
    </div>
  );
}
