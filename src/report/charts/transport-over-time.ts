import type { Chart } from './chart.ts';
import { overTime } from './over-time.ts';

/** What transports say of themselves while they send, of those that say it. */
export const transportOverTime: readonly Chart[] = [
  overTime({
    name: 'congestion-window',
    title: 'Congestion window over time',
    howToRead:
      'How much the sender allowed itself to have under way, by its own account; a line per trial. A saw-tooth is a sender that halves it at a loss.',
    metric: 'congestion_window_bytes',
    axis: 'window',
    unit: 'B',
  }),
  overTime({
    name: 'bytes-in-flight',
    title: 'Bytes in flight over time',
    howToRead:
      'Sent, and neither acknowledged nor given up. Well below the congestion window, something else holds the sender back: its application, the pacer, or the receiver.',
    metric: 'bytes_in_flight',
    axis: 'in flight',
    unit: 'B',
  }),
  overTime({
    name: 'pacing-rate',
    title: 'Pacing rate over time',
    howToRead: 'The rate at which the sender let packets leave; above what the link carries, its queue grows.',
    metric: 'pacing_bps',
    axis: 'pacing rate',
    unit: 'bit/s',
  }),
  overTime({
    name: 'round-trip-time',
    title: 'Smoothed round-trip time over time',
    howToRead: 'As the sender sees it, queues included: what lies above the least of it is waiting.',
    metric: 'srtt_ms',
    axis: 'srtt',
    unit: 'ms',
  }),
  overTime({
    name: 'packets-declared-lost',
    title: 'Packets declared lost over time',
    howToRead: 'Packets that the sender took for lost, rightly or not, in every tenth of a second.',
    metric: 'packets_declared_lost',
    axis: 'packets per sample',
  }),
];
