import type { Chart } from './chart.ts';
import { overTime } from './over-time.ts';

export const goodputOverTime: Chart = overTime({
  name: 'goodput-over-time',
  title: 'Goodput over time',
  howToRead:
    'One thin line per trial: steady lines are steady transports, dips are stalls. Time counts from the opening of the measured window; what is left of 0 is warm-up.',
  metric: 'goodput_bps',
  axis: 'goodput',
  unit: 'bit/s',
});
