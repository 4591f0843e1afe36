import type { Conflict, Entry, Patient } from '@/lib/api/types';

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

/** What one person wrote. Without a substance it says that there is none. */
export interface Said {
  substances: string[];
  /** Whose entry this is, while two entries stand. */
  from?: string | undefined;
}

export interface Strip {
  state: Allergies['state'];
  said: Said[];
  conflicts: Conflict[];
}

/** Where entries come from: their clinics, or, when that is one clinic, the people who wrote them. */
export function origins(entries: Entry[]): (string | undefined)[] {
  const sites = entries.map((entry) => entry.site?.name);
  const apart = new Set(sites).size > 1;
  return entries.map((entry, index) => (apart ? sites[index] : (entry.by?.name ?? sites[index])));
}

/** What the strip says: with two entries open, both count. */
export function stripOf(patient: Pick<Patient, 'allergies'>, open: Conflict[]): Strip {
  const conflicts = open.filter((conflict) => conflict.field === 'allergies' && conflict.status === 'open');
  if (conflicts.length === 0) {
    const read = readAllergies(patient.allergies);
    return {
      state: read.state,
      said: read.state === 'recorded' ? [{ substances: read.substances }] : [],
      conflicts,
    };
  }
  const entries = [conflicts[0]!.kept, ...conflicts.map((conflict) => conflict.other)];
  const from = origins(entries);
  const said = entries.map((entry, index) => {
    const read = readAllergies(entry.value);
    return { substances: read.state === 'recorded' ? read.substances : [], from: from[index] };
  });
  const warns = said.some(({ substances }) => substances.length > 0);
  return { state: warns ? 'recorded' : 'none', said: warns ? said : [], conflicts };
}
