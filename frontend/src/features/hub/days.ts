import { addDays } from '@/lib/time';
import type { VisitsReport } from '@/lib/api/types';

export interface Column {
  from: string;
  to: string;
  total: number;
  /** Visits by the number of the site. */
  bySite: Map<number, number>;
}

/** Beyond this many days, bars are weeks. */
const mostDays = 62;

/** Every day of the period, with those on which nobody came; weeks when days would be hairlines. */
export function columnsOf(report: VisitsReport): { columns: Column[]; weekly: boolean } {
  const byDate = new Map<string, Map<number, number>>();
  for (const { date, site, visits } of report.by_day) {
    const no = typeof site === 'number' ? site : site.no;
    const day = byDate.get(date) ?? new Map<number, number>();
    day.set(no, (day.get(no) ?? 0) + visits);
    byDate.set(date, day);
  }
  const days: string[] = [];
  for (let date = report.from; date <= report.to && days.length < 4_000; date = addDays(date, 1))
    days.push(date);
  const weekly = days.length > mostDays;
  const size = weekly ? 7 : 1;
  const columns: Column[] = [];
  for (let at = 0; at < days.length; at += size) {
    const within = days.slice(at, at + size);
    const bySite = new Map<number, number>();
    for (const date of within)
      for (const [no, visits] of byDate.get(date) ?? []) bySite.set(no, (bySite.get(no) ?? 0) + visits);
    const total = [...bySite.values()].reduce((sum, visits) => sum + visits, 0);
    columns.push({ from: within[0]!, to: within.at(-1)!, total, bySite });
  }
  return { columns, weekly };
}

/** A round figure at or above the highest bar, in steps that people count in. */
export function ceilingOf(highest: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, highest))));
  return [1, 2, 5, 10].map((by) => by * step).find((top) => top >= highest) ?? highest;
}
