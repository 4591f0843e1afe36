import type { TFunction } from 'i18next';
import { z } from 'zod';
import { ageOn, readDate, todayIso } from '@/lib/time';

const oldestYears = 150;

export const nameRule = (t: TFunction) =>
  z
    .string()
    .trim()
    .min(2, t('rules.nameShort'))
    .max(50, t('rules.nameLong'))
    .regex(/^[\p{L}\p{M} .'’-]+$/u, t('rules.nameLetters'));

/** Typed in any of the ways people write dates; leaves the form as the server wants it. */
export const birthRule = (t: TFunction) =>
  z
    .string()
    .trim()
    .superRefine((typed, context) => {
      const add = (message: string) => context.addIssue({ code: 'custom', message });
      if (typed === '') return add(t('rules.birthMissing'));
      const read = readDate(typed);
      if ('problem' in read)
        return add(t(`birth.${read.problem}`, { example: read.problem === 'ambiguous' ? read.hint : '' }));
      if (read.date > todayIso()) return add(t('birth.future'));
      if (read.date < '1900-01-01' || ageOn(read.date) > oldestYears) add(t('birth.tooOld'));
    });

export const phoneRule = (t: TFunction) =>
  z
    .string()
    .trim()
    .refine(
      (text) => text === '' || /^\d{10,15}$/.test(text.replace(/^\+/, '').replace(/[\s()-]/g, '')),
      t('rules.phone'),
    );

export const emailRule = (t: TFunction) =>
  z
    .string()
    .trim()
    .refine((text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text), t('rules.email'));

export const isoDate = (typed: string): string => {
  const read = readDate(typed);
  return 'date' in read ? read.date : typed;
};
