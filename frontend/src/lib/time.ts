import i18next from 'i18next';
import { now } from './clock';

/** As they are typed. */
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;

const monthName = (month: number) => i18next.t(`calendar.months.${month as 1}`);

let zone = 'Asia/Manila';

/** All times on screen are those of the clinic, wherever the browser thinks it is. */
export const setZone = (name: string | undefined) => {
  if (name) zone = name;
};

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function partsAt(at: Date): Parts {
  const found = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at);
  const text = (type: Intl.DateTimeFormatPartTypes) => found.find((part) => part.type === type)?.value ?? '';
  return {
    year: Number(text('year')),
    month: Number(text('month')),
    day: Number(text('day')),
    hour: Number(text('hour')),
    minute: Number(text('minute')),
    second: Number(text('second')),
  };
}

const two = (value: number) => String(value).padStart(2, '0');
const dayNumber = (parts: Parts) => Date.UTC(parts.year, parts.month - 1, parts.day) / 86_400_000;
/** 1 January 1970 was a Thursday. */
const weekday = (parts: Parts) => i18next.t(`calendar.weekdays.${((dayNumber(parts) + 4) % 7) as 0}`);
const instant = (text: string) => new Date(text);

/** `14:36` */
export function timeText(at: string | Date): string {
  const parts = partsAt(typeof at === 'string' ? instant(at) : at);
  return `${two(parts.hour)}:${two(parts.minute)}`;
}

/** `23 Nov 2026` of an instant, or of a date without a time. */
export function dateText(at: string | Date): string {
  if (typeof at === 'string' && at.length === 10) return isoDateText(at);
  const parts = partsAt(typeof at === 'string' ? instant(at) : at);
  return `${parts.day} ${monthName(parts.month)} ${parts.year}`;
}

/** `23 Nov` */
export const dayText = (at: string) => dateText(at).replace(/ \d+$/, '');
export const yearOf = (at: string) => partsAt(instant(at)).year;
export const stampText = (at: string) => `${dateText(at)}, ${timeText(at)}`;

/** `Monday, 23 Nov 2026` */
export const longDateText = (at: string | Date) =>
  `${weekday(partsAt(typeof at === 'string' ? instant(at) : at))}, ${dateText(at)}`;

export type Nearness = { kind: 'today' | 'yesterday' | 'other'; weekday?: string };

/** Whether a moment is today, yesterday or some weekday of the last six days, by the clinic's calendar. */
export function nearness(at: string, reference: Date = now()): Nearness {
  const then = partsAt(instant(at));
  const days = dayNumber(partsAt(reference)) - dayNumber(then);
  if (days === 0) return { kind: 'today' };
  if (days === 1) return { kind: 'yesterday' };
  return days > 1 && days <= 6 ? { kind: 'other', weekday: weekday(then) } : { kind: 'other' };
}

function isoDateText(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${day} ${monthName(month ?? 1)} ${year}`;
}

export function todayIso(reference: Date = now()): string {
  const parts = partsAt(reference);
  return `${parts.year}-${two(parts.month)}-${two(parts.day)}`;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay();

/** Whole years, counted by birthday. */
export function ageOn(birth: string, day: string = todayIso()): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** `2026-11-23T14:36` on the clinic's clock, as date-and-time fields want it. */
export function localMinute(at: Date | string): string {
  const parts = partsAt(typeof at === 'string' ? instant(at) : at);
  return `${parts.year}-${two(parts.month)}-${two(parts.day)}T${two(parts.hour)}:${two(parts.minute)}`;
}

/** The instant a minute on the clinic's clock names, with the clinic's offset written out. */
export function instantOf(minute: string): string {
  const asUtc = Date.parse(`${minute.slice(0, 16)}:00Z`);
  const shown = partsAt(new Date(asUtc));
  const offsetMin = Math.round(
    (Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute) - asUtc) / 60_000,
  );
  const sign = offsetMin < 0 ? '-' : '+';
  const size = Math.abs(offsetMin);
  return `${minute.slice(0, 16)}:00${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export type TypedDate =
  { date: string } | { problem: 'unreadable' | 'ambiguous' | 'impossible'; hint?: string };

const valid = (year: number, month: number, day: number): TypedDate => {
  const date = `${year}-${two(month)}-${two(day)}`;
  const real = new Date(`${date}T00:00:00Z`);
  return month >= 1 && month <= 12 && real.getUTCDate() === day ? { date } : { problem: 'impossible' };
};

/**
 * Reads a date as people type it: `14 mar 2006`, `2006-03-14`, `14032006`, `140306`, `today`.
 * Two small numbers could be day and month either way round, and a wrong birth date is a wrong chart: those are asked back.
 */
export function readDate(typed: string, today: string = todayIso()): TypedDate {
  const text = typed.trim().toLowerCase();
  if (text === 'today') return { date: today };
  const century = (year: number) => {
    if (year > 99) return year;
    const guess = 2000 + year;
    return guess > Number(today.slice(0, 4)) ? guess - 100 : guess;
  };
  const iso = text.match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/);
  if (iso) return valid(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const digits = text.match(/^(\d{2})(\d{2})(\d{2}|\d{4})$/);
  if (digits) return valid(century(Number(digits[3])), Number(digits[2]), Number(digits[1]));
  const month = (name: string) => months.findIndex((short) => name.startsWith(short)) + 1;
  const dayFirst = text.match(/^(\d{1,2})[\s./-]*([a-z]{3,9})\.?[\s,./-]*(\d{2}|\d{4})$/);
  if (dayFirst && month(dayFirst[2]!))
    return valid(century(Number(dayFirst[3])), month(dayFirst[2]!), Number(dayFirst[1]));
  const monthFirst = text.match(/^([a-z]{3,9})\.?\s*(\d{1,2})[\s,]+(\d{2}|\d{4})$/);
  if (monthFirst && month(monthFirst[1]!))
    return valid(century(Number(monthFirst[3])), month(monthFirst[1]!), Number(monthFirst[2]));
  const slashed = text.match(/^(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{2}|\d{4})$/);
  if (slashed) {
    const [first, second, year] = [Number(slashed[1]), Number(slashed[2]), century(Number(slashed[3]))];
    if (first > 12) return valid(year, second, first);
    if (second > 12) return valid(year, first, second);
    if (first === second) return valid(year, first, second);
    return {
      problem: 'ambiguous',
      hint: `${first} ${months[second - 1] ?? ''} ${year}`,
    };
  }
  return { problem: 'unreadable' };
}
