import { expect, it } from 'vitest';
import { uuid7 } from './uuid7';

it('is a version 7 UUID that sorts by its time', () => {
  const [first, later] = [uuid7(1_700_000_000_000), uuid7(1_700_000_000_001)];
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(first < later).toBe(true);
  expect(first.slice(0, 13)).toBe('018bcfe5-6800');
});
