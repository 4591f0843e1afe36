import type { TFunction } from 'i18next';
import { z } from 'zod';
import {
  accepts,
  bmiOf,
  meant,
  measureOf,
  numberOf,
  readPressure,
  vitalNames,
  type VitalName,
} from '@/clinic/vitals';
import { now } from '@/lib/clock';
import { instantOf, localMinute } from '@/lib/time';
import type { Examination, MedicalRecord, MedicalRecordDraft, VitalSigns } from '@/lib/api/types';
import { examNames } from './examination';

/** The servers' own limits, said before they hurt. */
export const limits = { concern: 3, diagnosis: 5, treatment: 5, text: 1_000, notes: 2_000 } as const;

const vital = (t: TFunction, name: VitalName) =>
  z.string().superRefine((text, context) => {
    if (accepts(name, text)) return;
    const better = meant(name, text);
    const key =
      name === 'blood_pressure' ? 'vitals.notPressure' : better ? 'vitals.didYouMean' : 'vitals.notAccepted';
    context.addIssue({
      code: 'custom',
      message: t(key, { value: text.trim(), what: t(`vitals.what.${name}`), better: better ?? '' }),
    });
  });

const written = (t: TFunction, name: 'concern' | 'diagnosis' | 'treatment') =>
  z
    .string()
    .trim()
    .min(limits[name], t('rules.tooShort', { field: t(`fields.${name}`), count: limits[name] }))
    .max(limits.text, t('rules.tooLong', { field: t(`fields.${name}`), count: limits.text }));

export const visitRules = (t: TFunction) =>
  z.object({
    when: z
      .string()
      .refine(
        (minute) => minute === '' || Date.parse(instantOf(minute)) <= now().getTime() + 300_000,
        t('rules.future'),
      ),
    vitals: z.object(
      Object.fromEntries(vitalNames.map((name) => [name, vital(t, name)])) as Record<
        VitalName,
        ReturnType<typeof vital>
      >,
    ),
    concern: written(t, 'concern'),
    exam: z.object(
      Object.fromEntries(examNames.map((name) => [name, z.string()])) as Record<
        (typeof examNames)[number],
        z.ZodString
      >,
    ),
    diagnosis: written(t, 'diagnosis'),
    treatment: written(t, 'treatment'),
    notes: z
      .string()
      .max(limits.notes, t('rules.tooLong', { field: t('fields.notes'), count: limits.notes })),
  });

export type VisitValues = z.input<ReturnType<typeof visitRules>>;

const textsOf = <N extends string>(names: readonly N[], read: (name: N) => string) =>
  Object.fromEntries(names.map((name) => [name, read(name)])) as Record<N, string>;

export function valuesOf(visit?: MedicalRecord, height = ''): VisitValues {
  return {
    when: visit ? localMinute(visit.visit_date) : '',
    vitals: textsOf(vitalNames, (name) =>
      visit ? measureOf(visit.vital_signs, name) : name === 'height' ? height : '',
    ),
    concern: visit?.concern ?? '',
    exam: textsOf(examNames, (name) => visit?.physical_examination[name] ?? ''),
    diagnosis: visit?.diagnosis ?? '',
    treatment: visit?.treatment ?? '',
    notes: visit?.notes ?? '',
  };
}

function wireVital(name: VitalName, text: string): number | string | null {
  if (text.trim() === '') return null;
  if (name !== 'blood_pressure') return numberOf(text) ?? text.trim();
  const pressure = readPressure(text);
  return pressure ? `${pressure.high}/${pressure.low}` : text.trim();
}

/** The whole visit, for its first save. Vitals that nobody took are not sent. */
export function newVisit(id: string, patient: string, at: string, values: VisitValues): MedicalRecordDraft {
  return {
    id,
    patient,
    visit_date: values.when === '' ? at : instantOf(values.when),
    concern: values.concern.trim(),
    diagnosis: values.diagnosis.trim(),
    treatment: values.treatment.trim(),
    notes: values.notes.trim(),
    ...changedObjects(valuesOf(), values),
  };
}

/** Only what was changed: what a person did not touch is not theirs to overwrite. */
export function changesOf(before: VisitValues, after: VisitValues): MedicalRecordDraft {
  const changes: MedicalRecordDraft = changedObjects(before, after);
  if (after.when !== before.when && after.when !== '') changes.visit_date = instantOf(after.when);
  for (const name of ['concern', 'diagnosis', 'treatment', 'notes'] as const)
    if (after[name].trim() !== before[name].trim()) changes[name] = after[name].trim();
  return changes;
}

function changedObjects(
  before: VisitValues,
  after: VisitValues,
): Pick<MedicalRecordDraft, 'vital_signs' | 'physical_examination'> {
  const vitals: Record<string, number | string | null> = {};
  for (const name of vitalNames)
    if (after.vitals[name].trim() !== before.vitals[name].trim())
      vitals[name] = wireVital(name, after.vitals[name]);
  // Height, weight and the index made of them are one thing: they change together.
  if ('weight' in vitals || 'height' in vitals) {
    for (const name of ['weight', 'height'] as const) vitals[name] = wireVital(name, after.vitals[name]);
    vitals['bmi'] = bmiOf(after.vitals.weight, after.vitals.height) ?? null;
  }
  const exam: Record<string, string> = {};
  for (const name of examNames)
    if (after.exam[name].trim() !== before.exam[name].trim()) exam[name] = after.exam[name].trim();
  return {
    ...(Object.keys(vitals).length > 0 && { vital_signs: vitals as VitalSigns }),
    ...(Object.keys(exam).length > 0 && { physical_examination: exam as Examination }),
  };
}

const wireNames: Record<string, string> = { visit_date: 'when', heart_rate: 'vitals.pulse_rate' };

/** The form's field for a field the server names, where this form has it. */
export function formField(wire: string): string | undefined {
  const name = wire.replace('vital_signs.', '').replace('physical_examination.', '');
  if (wireNames[name]) return wireNames[name];
  if ((vitalNames as readonly string[]).includes(name)) return `vitals.${name}`;
  if ((examNames as readonly string[]).includes(name)) return `exam.${name}`;
  return ['concern', 'diagnosis', 'treatment', 'notes'].includes(name) ? name : undefined;
}
