import type { Connection, TransportStats } from '../../transports/transport.ts';

const COUNTS = ['retransmits', 'spuriousRetransmits', 'packetsDeclaredLost'] as const;
export type Counts = { [K in (typeof COUNTS)[number]]?: number };

/** Summed over connections; what none of them knows is absent. */
export function countsOf(connections: readonly Connection[]): Counts {
  const sums: Counts = {};
  for (const connection of connections) {
    const stats: TransportStats = connection.stats();
    for (const key of COUNTS) if (stats[key] !== undefined) sums[key] = (sums[key] ?? 0) + stats[key];
  }
  return sums;
}

/** What was added since `before`. */
export function added(before: Counts, after: Counts): Counts {
  const sums: Counts = {};
  for (const key of COUNTS) if (after[key] !== undefined) sums[key] = after[key] - (before[key] ?? 0);
  return sums;
}
