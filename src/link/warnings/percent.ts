import { formatPercent } from '../units.ts';

/** A fraction as a percentage of so many digits. */
export function inPercent(fraction: number, digits = 2): string {
  return formatPercent(Number(fraction.toPrecision(digits)));
}
