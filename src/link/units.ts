/**
 * Numbers with units as iproute2 reads them (tc(8), "PARAMETERS"; lib/utils.c). Suffixes are case-insensitive. A time
 * must carry one: a bare number is microseconds to tc before 6.9 and nanoseconds since.
 */

/** The text is no such quantity; the message names the text and what would do. */
export class UnitError extends Error {
  override name = 'UnitError';
}

type Scales = Readonly<Record<string, number>>;

const TIME: Scales = {
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  ms: 1e6,
  msec: 1e6,
  msecs: 1e6,
  us: 1e3,
  usec: 1e3,
  usecs: 1e3,
  ns: 1,
  nsec: 1,
  nsecs: 1,
};

/** Bits per second. Beware: `mbit` is a million bits, `mbps` a million bytes. */
const RATE: Scales = {
  '': 1,
  ...prefixed('bit', 1),
  ...prefixed('bps', 8),
};

function prefixed(unit: string, bits: number): Scales {
  const scales: Record<string, number> = { [unit]: bits };
  for (const [power, prefix] of ['k', 'm', 'g', 't'].entries()) {
    scales[`${prefix}${unit}`] = bits * 1000 ** (power + 1);
    scales[`${prefix}i${unit}`] = bits * 1024 ** (power + 1);
  }
  return scales;
}

/** Bytes. */
const SIZE: Scales = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  kbit: 1024 / 8,
  mbit: 1024 ** 2 / 8,
  gbit: 1024 ** 3 / 8,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d+))?(.*)$/i;
const INTEGER = /^([+-]?)(?:0x([\da-f]+)|0([0-7]+)|(0|[1-9]\d*))$/i;

interface Quantity {
  readonly digits: string;
  readonly exponent: number;
  readonly suffix: string;
}

function split(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, digits = '', exponent = '0', suffix = ''] = match;
  return { digits, exponent: Number(exponent), suffix: suffix.toLowerCase() };
}

/** Scaled and truncated to an integer, as iproute2 does. */
function scaled(text: string, what: string, quantity: Quantity, scales: Scales, units: string): number {
  const scale = Object.hasOwn(scales, quantity.suffix) ? scales[quantity.suffix] : undefined;
  if (scale === undefined)
    throw new UnitError(`'${text}': '${quantity.suffix}' is not a unit of ${what}; use ${units}`);
  const value = Number(`${quantity.digits}e${quantity.exponent}`) * scale;
  if (value < 0) throw new UnitError(`'${text}' is negative; a ${what} is 0 or more`);
  if (!Number.isFinite(value)) throw new UnitError(`'${text}' is too large a number`);
  return Math.trunc(value);
}

/** A time such as `20ms`, in whole nanoseconds. */
export function parseTime(text: string): number {
  const quantity = split(text);
  if (!quantity) throw new UnitError(`'${text}' is not a time; write 10ms, 10us or 10s`);
  if (quantity.suffix === '') {
    const why = 'a bare number means microseconds to tc before 6.9 and nanoseconds since';
    throw new UnitError(`'${text}' has no unit; write ${text}ms, ${text}us or ${text}s (${why})`);
  }
  return scaled(text, 'time', quantity, TIME, 's, ms, us or ns');
}

/** A rate such as `20mbit`, in bits per second, cut to whole bytes per second as the kernel holds it. */
export function parseRate(text: string): number {
  const quantity = split(text);
  if (!quantity) throw new UnitError(`'${text}' is not a rate; write 500kbit, 20mbit or 1gbit`);
  if (quantity.suffix === '%') {
    throw new UnitError(`'${text}': a share of the device's speed means nothing here; write 500kbit, 20mbit or 1gbit`);
  }
  const units = 'bit, kbit, mbit, gbit (bits per second) or bps, kbps, mbps, gbps (bytes per second)';
  return Math.floor(scaled(text, 'rate', quantity, RATE, units) / 8) * 8;
}

/** A size such as `64k`, in bytes; also how tc reads counts of packets (`1k` is 1024). */
export function parseSize(text: string): number {
  const quantity = split(text);
  if (!quantity) throw new UnitError(`'${text}' is not a number; write 1000 or 64k`);
  return scaled(text, 'size', quantity, SIZE, 'b, kb, mb, gb (powers of 1024) or kbit, mbit, gbit');
}

/** A whole number, with C's prefixes for hexadecimal and octal ones, as tc reads those without a unit. */
export function parseInteger(text: string, min: number, max: number): number {
  const match = INTEGER.exec(text);
  if (!match) throw new UnitError(`'${text}' is not a whole number`);
  const [, sign, hexadecimal, octal, decimal] = match;
  const size = Number.parseInt(hexadecimal ?? octal ?? decimal, hexadecimal ? 16 : octal ? 8 : 10);
  return within(text, sign === '-' && size > 0 ? -size : size, min, max);
}

/** A whole number in decimal, whatever zeros it begins with. */
export function parseDecimal(text: string, min: number, max: number): number {
  if (!/^[+-]?\d+$/.test(text)) throw new UnitError(`'${text}' is not a whole number in decimal`);
  return within(text, Number(text), min, max);
}

function within(text: string, value: number, min: number, max: number): number {
  if (value < min || value > max) throw new UnitError(`'${text}' is not within ${min} to ${max}`);
  return value;
}

/** An unsigned number of 64 bits, decimal. */
export function parseSeed(text: string): bigint {
  const value = /^\d+$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value >= 2n ** 64n)
    throw new UnitError(`'${text}' is not a whole number of 64 bits, such as 42`);
  return value;
}

/** A percentage such as `0.1%` or `0.1`, as a fraction in [0, 1]. */
export function parsePercent(text: string): number {
  const quantity = split(text);
  if (!quantity || (quantity.suffix !== '' && quantity.suffix !== '%')) {
    throw new UnitError(`'${text}' is not a percentage; write 1% or 0.1%`);
  }
  // Shifting the decimal point in the text, not dividing, gives the double nearest to what was written.
  const fraction = Number(`${quantity.digits}e${quantity.exponent - 2}`);
  if (!(fraction >= 0 && fraction <= 1)) throw new UnitError(`'${text}' is not within 0% to 100%`);
  return fraction === 0 ? 0 : fraction;
}

/** The largest unit that leaves at least 1 of it and reads back as exactly `value`. */
function inUnits(value: number, units: readonly string[], scales: Scales, parse: (text: string) => number): string {
  for (const unit of units) {
    const text = `${value / (scales[unit] ?? 1)}${unit}`;
    if (value >= (scales[unit] ?? 1) && parse(text) === value) return text;
  }
  return `${value}${units.at(-1)}`;
}

/** Whole nanoseconds as text that `parseTime` reads back exactly. */
export function formatTime(ns: number): string {
  return ns === 0 ? '0ms' : inUnits(ns, ['s', 'ms', 'us', 'ns'], TIME, parseTime);
}

/** Bits per second as text that `parseRate` reads back exactly. */
export function formatRate(bitsPerSecond: number): string {
  return inUnits(bitsPerSecond, ['tbit', 'gbit', 'mbit', 'kbit', 'bit'], RATE, parseRate);
}

/** Bytes as text that `parseSize` reads back exactly. */
export function formatSize(bytes: number): string {
  const unit = ['gb', 'mb', 'kb'].find((name) => bytes > 0 && bytes % SIZE[name] === 0) ?? 'b';
  return `${bytes / SIZE[unit]}${unit}`;
}

/** A fraction in [0, 1] as a percentage that `parsePercent` reads back exactly. */
export function formatPercent(fraction: number): string {
  const [mantissa = '0', exponent = '0'] = fraction.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = 1 + Number(exponent) + 2;
  if (fraction === 0) return '0%';
  if (point < -5) return `${mantissa}e${point - 1}%`;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}%`;
  if (point >= digits.length) return `${digits.padEnd(point, '0')}%`;
  return `${digits.slice(0, point)}.${digits.slice(point)}%`;
}
