import type { Percentiles } from '../metrics/percentiles.ts';
import type { Metrics } from '../record/schema.ts';

/** Below this many samples a 99th percentile is one of them or none. */
export const FEW_SAMPLES = 100;

/** The columns `NAME_min_ms` and so on, of so many samples, whose percentiles are told in units of `unitMs`. */
export const percentileMetrics = (
  name: string,
  { min, p50, p95, p99, p999, max }: Percentiles,
  unitMs: number,
  samples: number,
): Metrics => ({
  [`${name}_min_ms`]: min * unitMs,
  [`${name}_p50_ms`]: p50 * unitMs,
  [`${name}_p95_ms`]: p95 * unitMs,
  [`${name}_p99_ms`]: p99 * unitMs,
  // Of fewer the 99.9th percentile is the maximum under another name.
  ...(samples >= 10 * FEW_SAMPLES ? { [`${name}_p999_ms`]: p999 * unitMs } : {}),
  [`${name}_max_ms`]: max * unitMs,
});
