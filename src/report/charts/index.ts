import type { Chart } from './chart.ts';
import { delayPercentiles } from './delay-percentiles.ts';
import { goodput } from './goodput.ts';
import { goodputOverTime } from './goodput-over-time.ts';
import { lossReordering } from './loss-reordering.ts';
import { pingOverTime } from './ping-over-time.ts';
import { playoutTimeline } from './playout-timeline.ts';
import { transportOverTime } from './transport-over-time.ts';

/** Every chart, in the order of the report. */
export const CHARTS: readonly Chart[] = [
  goodput,
  delayPercentiles,
  lossReordering,
  goodputOverTime,
  pingOverTime,
  playoutTimeline,
  ...transportOverTime,
];
