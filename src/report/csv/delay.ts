import { stringify } from 'csv-stringify/sync';
import type { RunRecord } from '../../record/schema.ts';
import { IDENTITY, identity } from './identity.ts';

/** `delay.csv`: the percentile curve of the one-way delay of every trial that has one; `quantile` in [0, 1]. */
export function delayCsv(run: RunRecord): string {
  const rows: (string | number)[][] = [[...IDENTITY, 'trial', 'quantile', 'delay_ms']];
  for (const trial of run.trials) {
    if (trial.state !== 'completed' || !trial.delay) continue;
    const { quantiles, seconds } = trial.delay;
    const lead = [...identity(run, run.cases[trial.case]), trial.trial];
    for (let i = 0; i < Math.min(quantiles.length, seconds.length); i++) {
      rows.push([...lead, quantiles[i], Number((seconds[i] * 1e3).toPrecision(12))]);
    }
  }
  return stringify(rows);
}
