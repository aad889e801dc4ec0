import type { Case, CompletedTrial, RunRecord, Trial } from '../record/schema.ts';
import { bootstrapMedian } from '../stats/bootstrap.ts';
import { median } from '../stats/quantile.ts';
import { caseLabels } from './case-label.ts';
import { metricNames } from './csv/trials.ts';
import { type Group, groupCases } from './groups.ts';

/** One metric of one case over its completed trials, in the metric's own unit. */
interface MetricSummary {
  readonly n: number;
  readonly median: number;
  /** 95 % bootstrap interval of the median over trials; absent for a single trial. */
  readonly interval?: { readonly low: number; readonly high: number };
}

export interface CaseSummary {
  /** Into `run.cases`. */
  readonly index: number;
  readonly case: Case;
  /** Unique within the run. */
  readonly label: string;
  readonly trials: readonly Trial[];
  readonly completed: readonly CompletedTrial[];
  /** By metric name; a metric that no completed trial has is absent. */
  readonly metrics: ReadonlyMap<string, MetricSummary>;
}

/** A record together with what tables, charts and verdicts need to know of it, computed once. */
export interface Analysis {
  readonly run: RunRecord;
  readonly cases: readonly CaseSummary[];
  readonly groups: readonly Group[];
}

export function analyse(run: RunRecord): Analysis {
  const labels = caseLabels(run);
  const names = metricNames(run);
  const cases = run.cases.map((entry, index): CaseSummary => {
    const trials = run.trials.filter((trial) => trial.case === index);
    const completed = trials.filter((trial) => trial.state === 'completed');
    const metrics = new Map<string, MetricSummary>();
    for (const name of names) {
      const values = valuesOf(completed, name);
      if (values.length > 0) metrics.set(name, summarise(values, run.effective.seed));
    }
    return { index, case: entry, label: labels[index], trials, completed, metrics };
  });
  return { run, cases, groups: groupCases(run) };
}

/** The values of a metric in those trials that have it. */
export function valuesOf(trials: readonly CompletedTrial[], metric: string): number[] {
  return trials.map((trial) => trial.metrics[metric]).filter((value) => value !== undefined);
}

function summarise(values: readonly number[], seed: number): MetricSummary {
  const interval = bootstrapMedian(values, seed);
  return { n: values.length, median: median(values), ...(interval ? { interval } : {}) };
}
