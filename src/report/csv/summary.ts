import { stringify } from 'csv-stringify/sync';
import type { Analysis } from '../analyse.ts';
import { IDENTITY, identity } from './identity.ts';

/**
 * `summary.csv`: one row per case and metric: median over completed trials, the 95 % bootstrap interval of that median
 * (empty for a single trial), and the number of trials. In the metric's own unit.
 */
export function summaryCsv({ run, cases }: Analysis): string {
  const rows: (string | number | undefined)[][] = [[...IDENTITY, 'metric', 'median', 'ci_low', 'ci_high', 'n']];
  for (const { case: entry, metrics } of cases) {
    const lead = identity(run, entry);
    for (const [name, { median, interval, n }] of metrics) {
      rows.push([...lead, name, median, interval?.low, interval?.high, n]);
    }
  }
  return stringify(rows);
}
