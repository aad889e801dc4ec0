import { stringify } from 'csv-stringify/sync';
import { METRICS } from '../../record/columns.ts';
import { SCENARIO_METRICS } from '../../record/scenario-columns.ts';
import type { RunRecord } from '../../record/schema.ts';
import { IDENTITY, identity } from './identity.ts';

/**
 * Names of all metrics that the table needs: every one of `columns.ts`, then those that some trial has: of
 * `scenario-columns.ts` in their order, and what others added, sorted.
 */
export function metricNames(run: RunRecord): string[] {
  const usual = METRICS.map((column) => column.name);
  const measured = new Set(
    run.trials.flatMap((trial) => (trial.state === 'completed' ? Object.keys(trial.metrics) : [])),
  );
  for (const name of usual) measured.delete(name);
  const builtin = SCENARIO_METRICS.map((column) => column.name).filter((name) => measured.delete(name));
  return [...usual, ...builtin, ...[...measured].sort()];
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
