import { Bench } from 'tinybench';
import type { Percentiles } from '../../metrics/percentiles.ts';
import { quantile, type Sorted } from '../../stats/quantile.ts';

/** Times in ms, of one operation after the other. */
export interface LoopStatistics extends Percentiles {
  /** Mean time of an operation. */
  readonly period: number;
}

/**
 * tinybench's statistics of operations that have been timed already: its task hands it one duration after the other
 * (`overriddenDuration`), because the loop that timed them may block its thread, in which no promise would advance. Its percentiles
 * interpolate between order statistics; the 95th, which it does not have, is made in the same way from its samples.
 */
export function loopStatistics(milliseconds: Float64Array): LoopStatistics | undefined {
  if (milliseconds.length === 0) return undefined;
  let next = 0;
  const bench = new Bench({
    iterations: milliseconds.length,
    time: 0,
    warmup: false,
    retainSamples: true,
    throws: true,
  });
  bench.add('round trip', () => ({ overriddenDuration: milliseconds[next++] }), { async: false });
  const [task] = bench.runSync();
  if (task?.result.state !== 'completed') throw new Error(`tinybench made nothing of it: ${task?.result.state}`);
  const { period, latency } = task.result;
  const { min, p50, p99, p999, max, samples } = latency;
  return { period, min, p50, p95: quantile(samples as readonly number[] as Sorted, 0.95), p99, p999, max };
}
