import type { TFunction } from 'i18next';
import { dateText, stampText } from '@/lib/time';

const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const sexes: Record<string, 'M' | 'F' | 'O'> = { M: 'M', F: 'F', O: 'O' };

export const isGroup = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const fieldKey = (field: string) => field.split('.').at(-1)!;

/** The name of a field in the words of the clinic; the server's own label for those without one here. */
export function fieldName(t: TFunction, field: string, label?: string): string {
  const key = `fields.${fieldKey(field)}`;
  const known = t(key as never, { defaultValue: '' }) as string;
  return known || label || fieldKey(field).replaceAll('_', ' ');
}

/** A value of any register as people read it. */
export function valueText(t: TFunction, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return t('value.nothing');
  if (typeof value === 'boolean') return value ? t('value.yes') : t('value.no');
  if (Array.isArray(value)) return value.map((item) => valueText(t, field, item)).join(', ');
  if (isGroup(value)) {
    return (
      Object.entries(value)
        .filter(([, part]) => part !== null && part !== '')
        .map(([name, part]) => `${fieldName(t, name)}: ${valueText(t, name, part)}`)
        .join('; ') || t('value.nothing')
    );
  }
  const text = String(value);
  if (fieldKey(field) === 'gender' && sexes[text]) return t(`sex.${sexes[text]}`);
  if (day.test(text)) return dateText(text);
  return moment.test(text) ? stampText(text) : text;
}
