export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Between each value and the next. */
export function correlation(values: readonly number[]): number {
  const middle = mean(values);
  const products = values.slice(1).map((value, i) => (value - middle) * (values[i] - middle));
  return mean(products) / deviation(values) ** 2;
}

/** The lengths of the gaps in numbers from 1 to `last` of which some are there, in ascending order. */
export function gaps(there: readonly number[], last: number): number[] {
  return [0, ...there, last + 1].flatMap((number, i, all) => (i > 0 ? [number - all[i - 1] - 1] : [])).filter(Boolean);
}

/** From each value to the next. */
export const steps = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);
