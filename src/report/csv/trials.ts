import { stringify } from 'csv-stringify/sync';
import { METRICS } from '../../record/columns.ts';
import type { RunRecord } from '../../record/schema.ts';
import { IDENTITY, identity } from './identity.ts';

/** Names of all metrics that the table needs: those of `columns.ts`, then what scenarios added, sorted. */
export function metricNames(run: RunRecord): string[] {
  const known = METRICS.map((column) => column.name);
  const extra = new Set<string>();
  for (const trial of run.trials) {
    if (trial.state !== 'completed') continue;
    for (const name of Object.keys(trial.metrics)) if (!known.includes(name)) extra.add(name);
  }
  return [...known, ...[...extra].sort()];
}

/** `trials.csv`: one row per trial, in the order in which they ran; a missing value is empty, never 0. */
export function trialsCsv(run: RunRecord): string {
  const metrics = metricNames(run);
  const rows = run.trials.map((trial) => {
    const row: (string | number | undefined)[] = [...identity(run, run.cases[trial.case]), trial.trial, trial.state];
    if (trial.state !== 'completed') return [...row, trial.reason, '', ...metrics.map(() => undefined)];
    const flags = trial.flags.map((flag) => flag.name).join(';');
    return [...row, '', flags, ...metrics.map((name) => trial.metrics[name])];
  });
  return stringify([[...IDENTITY, 'trial', 'state', 'reason', 'flags', ...metrics], ...rows]);
}
