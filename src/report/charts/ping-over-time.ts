import type { Chart } from './chart.ts';
import { overTime } from './over-time.ts';

export const pingOverTime: Chart = overTime({
  name: 'ping-over-time',
  title: 'Round trips over time',
  howToRead:
    'Mean round trip of the requests answered in every tenth of a second, a line per trial. Under load, what lies above the idle path is time in a queue.',
  metric: 'ping_rtt_ms',
  axis: 'round trip',
  unit: 'ms',
});
