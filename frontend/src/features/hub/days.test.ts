import { describe, expect, it } from 'vitest';
import type { HubSite, VisitsReport } from '@/lib/api/types';
import { ceilingOf, columnsOf } from './days';
import { heardOf } from './heard';

const report = (from: string, to: string, by_day: VisitsReport['by_day']): VisitsReport => ({
  from,
  to,
  total: 0,
  by_site: [],
  by_day,
  by_sex: [],
  top_diagnoses: [],
});

describe('the columns of a report', () => {
  it('keep the days on which nobody came', () => {
    const { columns } = columnsOf(
      report('2026-11-01', '2026-11-03', [
        { date: '2026-11-01', site: 1, visits: 3 },
        { date: '2026-11-01', site: { no: 2, name: 'Downtown' }, visits: 2 },
      ]),
    );
    expect(columns.map((column) => column.total)).toEqual([5, 0, 0]);
    expect([...columns[0]!.bySite]).toEqual([
      [1, 3],
      [2, 2],
    ]);
  });

  it('become weeks when there are many', () => {
    const { columns, weekly } = columnsOf(
      report('2026-01-01', '2026-12-31', [{ date: '2026-01-08', site: 1, visits: 4 }]),
    );
    expect(weekly).toBe(true);
    expect(columns).toHaveLength(53);
    expect(columns[1]!.total).toBe(4);
  });
});

it('ends the axis on a round figure', () => {
  expect([0, 1, 3, 10, 11, 154, 612].map(ceilingOf)).toEqual([1, 1, 5, 10, 20, 200, 1000]);
});

it('tells a clinic in touch from one that is silent', () => {
  const now = new Date('2026-11-23T12:00:00+08:00');
  const site = (last_seen_at: string | null, state: HubSite['state'] = 'active') =>
    ({ last_seen_at, state }) as HubSite;
  expect(heardOf(site('2026-11-23T11:59:30+08:00'), now)).toBe('inTouch');
  expect(heardOf(site('2026-11-23T10:00:00+08:00'), now)).toBe('noLine');
  expect(heardOf(site('2026-11-20T10:00:00+08:00'), now)).toBe('silent');
  expect(heardOf(site(null, 'enrolling'), now)).toBe('never');
  expect(heardOf(site('2026-11-23T11:59:30+08:00', 'revoked'), now)).toBe('out');
});
