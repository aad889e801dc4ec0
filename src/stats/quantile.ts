declare const ascending: unique symbol;

/** Numbers in ascending order; only {@link sorted} makes one. */
export type Sorted = readonly number[] & { readonly [ascending]: true };

/** A sorted copy. Throws on NaN, which has no place in an order. */
export function sorted(values: readonly number[]): Sorted {
  if (values.some(Number.isNaN)) throw new RangeError('a sample holds NaN; leave missing values out');
  return values.toSorted((a, b) => a - b) as readonly number[] as Sorted;
}

/**
 * Quantile `q` in [0, 1] by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). Throws on
 * an empty sample: whoever asks knows how many values there are.
 */
export function quantile(values: Sorted, q: number): number {
  if (values.length === 0) throw new RangeError('no quantile of an empty sample; check its length first');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q} is not within 0 to 1`);
  const position = q * (values.length - 1);
  const below = values[Math.floor(position)];
  const above = values[Math.ceil(position)];
  // Equal neighbours first: infinite ones would give NaN.
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/** The median of values in any order. Throws on an empty sample. */
export function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}
