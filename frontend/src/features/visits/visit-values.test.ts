import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import type { MedicalRecord } from '@/lib/api/types';
import { changesOf, formField, newVisit, valuesOf, visitRules } from './visit-values';

const record = {
  id: 'v1',
  patient: 'p1',
  visit_date: '2026-11-19T10:40:00+08:00',
  concern: 'Runny nose',
  diagnosis: 'Common cold',
  treatment: 'Rest two days',
  notes: '',
  vital_signs: {
    temperature: 37.8,
    blood_pressure: '112/72',
    heart_rate: 84,
    height: 160,
    weight: 56,
    bmi: 21.9,
  },
  physical_examination: { lungs: 'Clear' },
} as MedicalRecord;

describe('an edit', () => {
  it('sends nothing where nothing changed', () => {
    const values = valuesOf(record);
    expect(changesOf(values, structuredClone(values))).toEqual({});
  });

  it('sends only what changed, down to the single vital', () => {
    const before = valuesOf(record);
    const after = structuredClone(before);
    after.treatment = 'Rest one day';
    after.vitals.temperature = '38,4';
    expect(changesOf(before, after)).toEqual({
      treatment: 'Rest one day',
      vital_signs: { temperature: 38.4 },
    });
  });

  it('clears with null, and keeps weight, height and index together', () => {
    const before = valuesOf(record);
    const after = structuredClone(before);
    after.vitals.weight = '';
    expect(changesOf(before, after)).toEqual({ vital_signs: { weight: null, height: 160, bmi: null } });
  });
});

it('a new visit sends no vital that nobody took', () => {
  const values = valuesOf();
  Object.assign(values, { concern: 'Cough', diagnosis: 'Common cold', treatment: 'Fluids and rest' });
  values.vitals.blood_pressure = '118 76';
  expect(newVisit('v2', 'p1', '2026-11-23T06:36:00.000Z', values)).toEqual({
    id: 'v2',
    patient: 'p1',
    visit_date: '2026-11-23T06:36:00.000Z',
    concern: 'Cough',
    diagnosis: 'Common cold',
    treatment: 'Fluids and rest',
    notes: '',
    vital_signs: { blood_pressure: '118/76' },
  });
});

it('says the limits in the words of the clinic', () => {
  const values = valuesOf();
  values.vitals.temperature = '384';
  const problems = visitRules(i18next.t)
    .safeParse(values)
    .error!.issues.map(({ path, message }) => [path.join('.'), message]);
  expect(problems).toEqual([
    ['vitals.temperature', '384 is not a body temperature. Did you mean 38.4?'],
    ['concern', 'Concern: at least 3 letters.'],
    ['diagnosis', 'Diagnosis: at least 5 letters.'],
    ['treatment', 'Treatment: at least 5 letters.'],
  ]);
});

it('finds the field that the server names', () => {
  expect(formField('vital_signs.blood_pressure')).toBe('vitals.blood_pressure');
  expect(formField('visit_date')).toBe('when');
  expect(formField('diagnosis')).toBe('diagnosis');
  expect(formField('patient')).toBeUndefined();
});
