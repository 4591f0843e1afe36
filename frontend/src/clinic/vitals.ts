import type { VitalSigns } from '@/lib/api/types';

export const vitalNames = [
  'blood_pressure',
  'temperature',
  'pulse_rate',
  'respiratory_rate',
  'oxygen_saturation',
  'weight',
  'height',
] as const;

export type VitalName = (typeof vitalNames)[number];
export type MeasureName = VitalName | 'bmi';

interface Range {
  unit: string;
  scale: [number, number];
  usual?: [number, number];
  /** At or below the first, at or above the second, somebody has to act. */
  danger?: [number, number];
  accepted: [number, number];
}

/** Adults' defaults of the visual language; blood pressure is judged by both of its values. */
export const ranges: Record<MeasureName, Range> = {
  blood_pressure: {
    unit: 'mmHg',
    scale: [60, 190],
    usual: [90, 130],
    danger: [79, 180],
    accepted: [40, 300],
  },
  temperature: { unit: '°C', scale: [34, 41], usual: [36.1, 37.5], danger: [34.9, 40], accepted: [30, 45] },
  pulse_rate: { unit: '/min', scale: [30, 160], usual: [60, 100], danger: [39, 131], accepted: [20, 250] },
  respiratory_rate: { unit: '/min', scale: [6, 36], usual: [12, 20], danger: [7, 31], accepted: [3, 80] },
  oxygen_saturation: {
    unit: '%',
    scale: [84, 100],
    usual: [95, 100],
    danger: [89, 101],
    accepted: [40, 100],
  },
  weight: { unit: 'kg', scale: [30, 120], accepted: [2, 400] },
  height: { unit: 'cm', scale: [130, 200], accepted: [40, 250] },
  bmi: { unit: 'kg/m²', scale: [14, 38], usual: [18.5, 25], accepted: [5, 100] },
};

const usualLow: [number, number] = [60, 85];
const dangerLow = 120;

export const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value.trim().replace(',', '.'));
  return Number.isFinite(number) ? number : undefined;
};

/** `118/76`, and what people type for it: `118 76`, `118-76`. */
export function readPressure(text: unknown): { high: number; low: number } | undefined {
  const match = typeof text === 'string' ? text.trim().match(/^(\d{2,3})\s*[/\s-]\s*(\d{2,3})$/) : null;
  return match ? { high: Number(match[1]), low: Number(match[2]) } : undefined;
}

export type Judgement = 'usual' | 'unusual' | 'dangerous';
export type VitalWord =
  'low' | 'high' | 'fever' | 'highFever' | 'underweight' | 'healthy' | 'overweight' | 'obese';

export interface Judged {
  judgement: Judgement;
  word?: VitalWord;
  /** Where on its scale the value sits, 0 to 100. */
  at: number;
}

const place = (value: number, [from, to]: [number, number]) =>
  Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));

export function judge(name: MeasureName, text: unknown): Judged | undefined {
  const range = ranges[name];
  const pressure = name === 'blood_pressure' ? readPressure(text) : undefined;
  const value = name === 'blood_pressure' ? pressure?.high : numberOf(text);
  if (value === undefined || !accepts(name, text)) return undefined;
  const at = place(value, range.scale);
  if (name === 'bmi') return { ...bmiWord(value), at };
  const [dangerFrom, dangerTo] = range.danger ?? [-Infinity, Infinity];
  const [from, to] = range.usual ?? [-Infinity, Infinity];
  const lowTooHigh = pressure !== undefined && pressure.low > usualLow[1];
  const lowTooLow = pressure !== undefined && pressure.low < usualLow[0];
  const high = value > to || lowTooHigh;
  const word: VitalWord | undefined =
    name === 'temperature' && high
      ? value >= dangerTo
        ? 'highFever'
        : 'fever'
      : high
        ? 'high'
        : value < from || lowTooLow
          ? 'low'
          : undefined;
  if (value <= dangerFrom || value >= dangerTo || (pressure !== undefined && pressure.low >= dangerLow))
    return { judgement: 'dangerous', word: word ?? 'high', at };
  return word ? { judgement: 'unusual', word, at } : { judgement: 'usual', at };
}

function bmiWord(value: number): { judgement: Judgement; word: VitalWord } {
  if (value < 18.5) return { judgement: 'unusual', word: 'underweight' };
  if (value < 25) return { judgement: 'usual', word: 'healthy' };
  return { judgement: 'unusual', word: value < 30 ? 'overweight' : 'obese' };
}

/** Whether a value can be a body's at all. An empty one is accepted: no vital is required. */
export function accepts(name: MeasureName, text: unknown): boolean {
  if (typeof text === 'string' && text.trim() === '') return true;
  const [from, to] = ranges[name].accepted;
  if (name === 'blood_pressure') {
    const pressure = readPressure(text);
    return (
      pressure !== undefined && pressure.low >= from && pressure.high <= to && pressure.low < pressure.high
    );
  }
  const value = numberOf(text);
  return value !== undefined && value >= from && value <= to;
}

/** `384` was meant as 38.4: the most common slip at a numeric key pad. */
export function meant(name: MeasureName, text: string): string | undefined {
  const value = numberOf(text);
  if (value === undefined || name === 'blood_pressure') return undefined;
  const tenth = value / 10;
  const [from, to] = ranges[name].accepted;
  return value > to && tenth >= from && tenth <= to ? String(tenth) : undefined;
}

export function bmiOf(weightKg: unknown, heightCm: unknown): number | undefined {
  const [weight, height] = [numberOf(weightKg), numberOf(heightCm)];
  if (!weight || !height || !accepts('weight', weightKg) || !accepts('height', heightCm)) return undefined;
  return Math.round((weight / (height / 100) ** 2) * 10) / 10;
}

/** A measure as the record holds it, under either of the two names that pulse has. */
export function measureOf(vitals: VitalSigns, name: MeasureName): string {
  const value = name === 'pulse_rate' ? (vitals.pulse_rate ?? vitals.heart_rate) : vitals[name];
  return value === null || value === undefined ? '' : String(value);
}
