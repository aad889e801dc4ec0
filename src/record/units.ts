import { type Column, METRICS } from './columns.ts';
import { SCENARIO_METRICS } from './scenario-columns.ts';

/** Numbers for people: three significant digits, an SI prefix, a space before the unit. Files keep plain SI values. */

const PREFIXES = ['', 'k', 'M', 'G', 'T'];

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three significant digits and never an exponent: 0.0123, 1.2, 94.1, 941, 12,345. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 999.5) return grouped.format(value);
  if (size < 1e-6) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
  const text = value.toFixed(Math.min(decimals, 8));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** An SI prefix and the factor that it stands for. */
export interface Scale {
  readonly factor: number;
  readonly prefix: string;
}

/** The decimal prefix under which `value` reads best: 94.1e6 gives mega. */
export function scaleOf(value: number): Scale {
  let step = 0;
  let rest = Math.abs(value);
  while (rest >= 999.5 && step < PREFIXES.length - 1) {
    rest /= 1000;
    step++;
  }
  return { factor: 1000 ** step, prefix: PREFIXES[step] };
}

function scaled(value: number, unit: string): string {
  const { factor, prefix } = scaleOf(value);
  return `${formatNumber(value / factor)} ${prefix}${unit}`;
}

/** 94100000 gives "94.1 Mbit/s". */
export const formatBitRate = (bitsPerSecond: number): string => scaled(bitsPerSecond, 'bit/s');

/** Decimal prefixes, as everywhere else here: 1500000 gives "1.5 MB". */
export const formatBytes = (bytes: number): string => scaled(bytes, 'B');

/** 0.0123 gives "12.3 ms", 65e-6 gives "65 µs", 12 gives "12 s". */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 0.9995 || size === 0) return `${formatNumber(seconds)} s`;
  if (size >= 0.9995e-3) return `${formatNumber(seconds * 1e3)} ms`;
  if (size >= 0.9995e-6) return `${formatNumber(seconds * 1e6)} µs`;
  return `${formatNumber(seconds * 1e9)} ns`;
}

/** 0.0102 gives "1.02 %". */
export const formatRatio = (ratio: number): string => `${formatNumber(ratio * 100)} %`;

/** 12345 gives "12,345". */
export const formatCount = (count: number): string =>
  Number.isInteger(count) ? grouped.format(count) : formatNumber(count);

/** How many times as much: 9.84 gives "9.84x"; close to one it keeps the digits that matter, 1.012 gives "1.012x". */
export function formatFactor(factor: number): string {
  return `${Math.abs(factor - 1) < 0.1 ? factor.toFixed(3) : formatNumber(factor)}x`;
}

const units = new Map<string, Column['unit']>(
  [...METRICS, ...SCENARIO_METRICS].map((column) => [column.name, column.unit]),
);

/** A metric's value with its unit; metrics unknown to `columns.ts` go by the ending of their name. */
export function formatMetric(name: string, value: number): string {
  const unit = units.get(name) ?? unitByEnding(name);
  if (unit === 'bit/s') return formatBitRate(value);
  if (unit === 's') return formatSeconds(value);
  if (unit === 'ms') return formatSeconds(value / 1e3);
  if (unit === 'us') return formatSeconds(value / 1e6);
  if (unit === '1/s') return `${formatNumber(value)} /s`;
  if (unit === 'dB') return `${formatNumber(value)} dB`;
  if (name.endsWith('_ratio')) return formatRatio(value);
  return formatCount(value);
}

const ENDINGS: readonly [ending: string, unit: Column['unit']][] = [
  ['_bps', 'bit/s'],
  ['_per_s', '1/s'],
  ['_ms', 'ms'],
  ['_us', 'us'],
  ['_s', 's'],
  ['_db', 'dB'],
];

const unitByEnding = (name: string): Column['unit'] => ENDINGS.find(([ending]) => name.endsWith(ending))?.[1] ?? '';
