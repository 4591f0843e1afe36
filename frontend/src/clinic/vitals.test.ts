import { describe, expect, it } from 'vitest';
import { accepts, bmiOf, judge, meant, measureOf, readPressure } from './vitals';

describe('vitals', () => {
  it('reads pressure as people type it', () => {
    for (const typed of ['118/76', '118 76', '118-76', ' 118 / 76 '])
      expect(readPressure(typed)).toEqual({ high: 118, low: 76 });
    expect(readPressure('118')).toBeUndefined();
  });

  it.each([
    ['temperature', '38.4', 'unusual', 'fever'],
    ['temperature', '40.2', 'dangerous', 'highFever'],
    ['temperature', '34.5', 'dangerous', 'low'],
    ['temperature', '36.6', 'usual', undefined],
    ['blood_pressure', '118/76', 'usual', undefined],
    ['blood_pressure', '148/94', 'unusual', 'high'],
    ['blood_pressure', '185/110', 'dangerous', 'high'],
    ['blood_pressure', '150/120', 'dangerous', 'high'],
    ['blood_pressure', '79/50', 'dangerous', 'low'],
    ['pulse_rate', '39', 'dangerous', 'low'],
    ['pulse_rate', '131', 'dangerous', 'high'],
    ['oxygen_saturation', '89', 'dangerous', 'low'],
    ['oxygen_saturation', '93', 'unusual', 'low'],
    ['bmi', '22.1', 'usual', 'healthy'],
  ] as const)('%s %s is %s', (name, value, judgement, word) => {
    expect(judge(name, value)).toMatchObject({ judgement, ...(word && { word }) });
  });

  it('accepts nothing a body cannot have, and offers what was meant', () => {
    expect(accepts('temperature', '384')).toBe(false);
    expect(meant('temperature', '384')).toBe('38.4');
    expect(accepts('blood_pressure', '76/118')).toBe(false);
    expect(accepts('weight', 'heavy')).toBe(false);
    expect(accepts('weight', '')).toBe(true);
  });

  it('takes a comma for a decimal point', () => {
    expect(judge('temperature', '38,4')?.word).toBe('fever');
  });

  it('computes the index only from what can be', () => {
    expect(bmiOf('56.5', '160')).toBe(22.1);
    expect(bmiOf('56.5', '16')).toBeUndefined();
  });

  it('finds the pulse under both of its names', () => {
    expect(measureOf({ heart_rate: 80 }, 'pulse_rate')).toBe('80');
    expect(measureOf({ pulse_rate: 96, heart_rate: 80 }, 'pulse_rate')).toBe('96');
  });
});
