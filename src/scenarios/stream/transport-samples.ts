import type { TransportStats } from '../../transports/transport.ts';

/** What the series show of a transport, of what it knows: counts since the last sample, all else as it is now. */
export function transportSamples(last: TransportStats, now: TransportStats): [metric: string, value: number][] {
  const samples: [string, number | undefined][] = [
    ['congestion_window_bytes', now.congestionWindowBytes],
    ['bytes_in_flight', now.bytesInFlight],
    ['pacing_bps', now.pacingBitsPerSecond],
    ['delivery_bps', now.deliveryBitsPerSecond],
    ['srtt_ms', now.srttSeconds === undefined ? undefined : now.srttSeconds * 1e3],
    ['retransmits', since(last.retransmits, now.retransmits)],
    ['packets_declared_lost', since(last.packetsDeclaredLost, now.packetsDeclaredLost)],
  ];
  return samples.filter((sample): sample is [string, number] => sample[1] !== undefined);
}

/** What was added to a count; undefined where the transport does not count it, or did not yet. */
export const since = (before: number | undefined, after: number | undefined): number | undefined =>
  after === undefined ? undefined : after - (before ?? 0);
