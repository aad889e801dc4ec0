import { stringify } from 'csv-stringify/sync';
import type { RunRecord } from '../../record/schema.ts';
import { IDENTITY, identity } from './identity.ts';

/** `series.csv`: what was sampled during the trials, one row per sample; `t_s` counts from the opening of the window. */
export function seriesCsv(run: RunRecord): string {
  const rows: (string | number)[][] = [[...IDENTITY, 'trial', 't_s', 'metric', 'value']];
  for (const trial of run.trials) {
    if (trial.state !== 'completed') continue;
    const lead = [...identity(run, run.cases[trial.case]), trial.trial];
    for (const series of trial.series) {
      series.t.forEach((t, i) => {
        if (i < series.values.length) rows.push([...lead, t, series.metric, series.values[i]]);
      });
    }
  }
  return stringify(rows);
}
