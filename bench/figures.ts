import { median } from '../src/stats/quantile.ts';
import { seeded } from '../src/stats/xoshiro.ts';

/** A table as GitHub reads it: the first column to the left, figures to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`;
}

/** Median, and the range where there are several: `0.93 (0.91 to 0.95)`. */
export function spread(values: readonly number[], format: (value: number) => string): string {
  if (values.length === 0) return '-';
  const middle = format(median(values));
  if (values.length === 1) return middle;
  return `${middle} (${format(Math.min(...values))} to ${format(Math.max(...values))})`;
}

export const twoDigits = (value: number): string => value.toFixed(2);

/** How many of each, most first: `3 emulator-late, 1 cpu-bound`; undefined for none. */
export function tally(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** In an order that nothing else of the bench depends on, the same for the same seed. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = seeded(seed);
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** 1 to n. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Values with the same key, in order of first appearance. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()];
}
