import { expect, test } from 'vitest';
import { percentileMetrics } from '../../src/scenarios/percentile-metrics.ts';

const SECONDS = { min: 0.001, p50: 0.002, p95: 0.003, p99: 0.004, p999: 0.005, max: 0.006 };

test('percentiles in seconds become columns in ms', () => {
  expect(percentileMetrics('delay', SECONDS, 1e3, 1000)).toEqual({
    ...{ delay_min_ms: 1, delay_p50_ms: 2, delay_p95_ms: 3, delay_p99_ms: 4, delay_p999_ms: 5, delay_max_ms: 6 },
  });
});

test('of fewer than a thousand samples there is no 99.9th percentile', () => {
  expect(Object.keys(percentileMetrics('ping_rtt', SECONDS, 1e3, 999))).toEqual(
    ['min', 'p50', 'p95', 'p99', 'max'].map((which) => `ping_rtt_${which}_ms`),
  );
});
