import { describe, expect, it } from 'vitest';
import { addDays, ageOn, dateText, instantOf, localMinute, nearness, readDate, timeText } from './time';

const today = '2026-11-23';
const date = (typed: string) => readDate(typed, today);

describe('typed dates', () => {
  it.each([
    ['14 mar 2006', '2006-03-14'],
    ['14 March 2006', '2006-03-14'],
    ['mar 14, 2006', '2006-03-14'],
    ['2006-03-14', '2006-03-14'],
    ['14032006', '2006-03-14'],
    ['140306', '2006-03-14'],
    ['14/3/2006', '2006-03-14'],
    ['3/14/2006', '2006-03-14'],
    ['5/5/2001', '2001-05-05'],
    ['1 jan 98', '1998-01-01'],
    ['today', today],
  ])('%s is %s', (typed, read) => {
    expect(date(typed)).toEqual({ date: read });
  });

  it('asks back where day and month could be either', () => {
    expect(date('3/4/2006')).toEqual({ problem: 'ambiguous', hint: '3 apr 2006' });
  });

  it('knows days that do not exist', () => {
    expect(date('30 feb 2006')).toEqual({ problem: 'impossible' });
    expect(date('2026-02-30')).toEqual({ problem: 'impossible' });
    expect(date('31132006')).toEqual({ problem: 'impossible' });
  });

  it('does not guess at the rest', () => {
    expect(date('soon')).toEqual({ problem: 'unreadable' });
    expect(date('')).toEqual({ problem: 'unreadable' });
  });
});

describe('the clock of the clinic', () => {
  it('shows instants in its zone, wherever the browser is', () => {
    expect(timeText('2026-11-22T16:30:00Z')).toBe('00:30');
    expect(dateText('2026-11-22T16:30:00.123456+00:00')).toBe('23 Nov 2026');
    expect(dateText('2006-03-14')).toBe('14 Mar 2006');
  });

  it('turns a minute into an instant and back', () => {
    expect(instantOf('2026-11-23T14:36')).toBe('2026-11-23T14:36:00+08:00');
    expect(localMinute('2026-11-23T06:36:00Z')).toBe('2026-11-23T14:36');
  });

  it('says today and yesterday by its own midnight', () => {
    const now = new Date('2026-11-23T16:30:00Z');
    expect(nearness('2026-11-23T16:01:00Z', now).kind).toBe('today');
    expect(nearness('2026-11-23T15:59:00Z', now).kind).toBe('yesterday');
    expect(nearness('2026-11-20T02:00:00Z', now)).toEqual({ kind: 'other', weekday: 'Friday' });
    expect(nearness('2026-10-20T02:00:00Z', now)).toEqual({ kind: 'other' });
  });
});

it('ages by birthday', () => {
  expect(ageOn('2006-11-23', today)).toBe(20);
  expect(ageOn('2006-11-24', today)).toBe(19);
});

it('counts days over the end of a month', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
});
