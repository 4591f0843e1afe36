import { describe, expect, it } from 'vitest';
import type { Conflict, Entry } from '@/lib/api/types';
import { origins, readAllergies, stripOf } from './allergies';

describe('allergies', () => {
  it('are one of three truths', () => {
    expect(readAllergies(null)).toEqual({ state: 'unasked' });
    expect(readAllergies('  ')).toEqual({ state: 'unasked' });
    for (const none of ['None known', 'none', 'NKA', 'No known allergies', 'no known drug allergies.'])
      expect(readAllergies(none).state).toBe('none');
    expect(readAllergies('Penicillin (hives, fever), shrimp')).toEqual({
      state: 'recorded',
      substances: ['Penicillin (hives, fever)', 'shrimp'],
    });
  });

  it('does not take a substance for its absence', () => {
    expect(readAllergies('none but peanuts').state).toBe('recorded');
  });
});

const entry = (value: string, name: string) => ({
  value,
  by: null,
  site: { no: 1, name },
  at: '2026-11-23T08:00:00+08:00',
});
const conflict = (kept: string, other: string) =>
  ({
    id: 'c',
    field: 'allergies',
    status: 'open',
    kept: entry(kept, 'Talamban'),
    other: entry(other, 'Downtown'),
  }) as Conflict;

describe('the strip, while two entries stand', () => {
  it('shows both', () => {
    const strip = stripOf({ allergies: 'penicillin' }, [conflict('penicillin', 'shrimp')]);
    expect(strip.state).toBe('recorded');
    expect(strip.said).toEqual([
      { substances: ['penicillin'], from: 'Talamban' },
      { substances: ['shrimp'], from: 'Downtown' },
    ]);
  });

  it('warns although the chart says none known', () => {
    const strip = stripOf({ allergies: 'none known' }, [conflict('none known', 'penicillin')]);
    expect(strip.state).toBe('recorded');
    expect(strip.said).toEqual([
      { substances: [], from: 'Talamban' },
      { substances: ['penicillin'], from: 'Downtown' },
    ]);
  });

  it('tells two people of one clinic apart by their names', () => {
    const by = (name: string) => ({ id: name, name });
    const one = { ...entry('penicillin', 'Talamban'), by: by('Ramon Cabahug') };
    const two = { ...entry('shrimp', 'Talamban'), by: by('Nenita Reyes') };
    expect(origins([one, two] as Entry[])).toEqual(['Ramon Cabahug', 'Nenita Reyes']);
  });

  it('leaves other fields to others', () => {
    const other = { ...conflict('a', 'b'), field: 'medications' };
    expect(stripOf({ allergies: null }, [other]).state).toBe('unasked');
  });
});
