import type { Conflict, Patient } from '@/lib/api/types';

/** Words that say somebody asked and there is nothing. */
const noneKnown =
  /^(none( known)?|nil|no|n\/?a|no known( drug)? allerg(y|ies)|nkd?a|wala|walay nahibaloan|walang alam)\.?$/i;

export type Allergies =
  { state: 'recorded'; substances: string[] } | { state: 'none' } | { state: 'unasked' };

/** Three truths, never a blank: recorded, none known, not asked yet. */
export function readAllergies(text: unknown): Allergies {
  const written = typeof text === 'string' ? text.trim() : '';
  if (written === '') return { state: 'unasked' };
  if (noneKnown.test(written)) return { state: 'none' };
  return {
    state: 'recorded',
    substances: written
      .split(/\s*[;,\n]\s*(?![^(]*\))/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  };
}

export interface Warning {
  text: string;
  /** The clinic whose entry this is, while two entries stand. */
  from?: string | undefined;
}

export interface Strip {
  state: Allergies['state'];
  warnings: Warning[];
  /** While two entries stand, the one in the chart may say "none known" where another names a substance. */
  noneFrom: string[];
  conflicts: Conflict[];
}

/** What the strip says: with two entries open, both count. */
export function stripOf(patient: Pick<Patient, 'allergies'>, open: Conflict[]): Strip {
  const conflicts = open.filter((conflict) => conflict.field === 'allergies' && conflict.status === 'open');
  if (conflicts.length === 0) {
    const read = readAllergies(patient.allergies);
    return {
      state: read.state,
      warnings: read.state === 'recorded' ? read.substances.map((text) => ({ text })) : [],
      noneFrom: [],
      conflicts,
    };
  }
  const entries = [conflicts[0]!.kept, ...conflicts.map((conflict) => conflict.other)];
  const warnings: Warning[] = [];
  const noneFrom: string[] = [];
  for (const entry of entries) {
    const read = readAllergies(entry.value);
    const from = entry.site?.name ?? entry.by?.name;
    if (read.state !== 'recorded') noneFrom.push(from ?? '');
    else warnings.push(...read.substances.map((text) => ({ text, from })));
  }
  return { state: warnings.length > 0 ? 'recorded' : 'none', warnings, noneFrom, conflicts };
}
