import type { PathSimulation } from './path.ts';

export interface Measured {
  /** Share of the bottleneck's rate that each flow's receiver got. */
  readonly shares: readonly number[];
  /** Dropped by the queue, of all that was sent. */
  readonly queueDropShare: number;
  /** Mean time in the queue. */
  readonly queueMs: number;
}

/** Runs a simulation on, from now to a time in ms. */
export function measure(path: PathSimulation, rateBps: number, untilMs: number): Measured {
  const fromMs = path.now / 1e6;
  const received = path.flows.map((flow) => flow.receiver.packets);
  const sent = path.flows.reduce((sum, flow) => sum + flow.sent, 0);
  const { queueDrops, sojournNs, departures } = path;
  path.run(untilMs);
  const packetsOfRate = ((rateBps / 8e3) * (untilMs - fromMs)) / path.packetBytes;
  const sentSince = path.flows.reduce((sum, flow) => sum + flow.sent, 0) - sent;
  return {
    shares: path.flows.map((flow, i) => (flow.receiver.packets - received[i]) / packetsOfRate),
    queueDropShare: (path.queueDrops - queueDrops) / sentSince,
    queueMs: (path.sojournNs - sojournNs) / 1e6 / (path.departures - departures),
  };
}

/** Jain's index: 1 when all are equal, 1/n when one has all. */
export function fairness(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b);
  return sum ** 2 / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}
