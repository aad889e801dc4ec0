import { distributionTable, TABLE_SCALE } from '../../../../src/link/model/tables.ts';
import { deviation, mean } from '../statistics.ts';

/** Of a table of delays, in units of jitter: furthest from its mean, and the fourth moment about that over the squared variance. */
export function moments(name: string): { reach: number; kurtosis: number } {
  const values = [...distributionTable({ name })].map((value) => value / TABLE_SCALE);
  const [middle, wide] = [mean(values), deviation(values)];
  const away = values.map((value) => Math.abs(value - middle));
  return { reach: Math.max(...away), kurtosis: mean(away.map((value) => value ** 4)) / wide ** 4 };
}
