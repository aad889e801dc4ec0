import type { TransportStats } from '../../transport.ts';
import type { Parts } from './parts.ts';

/** What a connection that was opened at `openedAt` knows of itself. */
export function statsOf(now: number, openedAt: number, { recovery, outgoing, incoming, acks }: Parts): TransportStats {
  const { control, rtt, rate, packets, inflight, lostPackets, spuriousPackets } = recovery;
  const { pacingRate, window } = control;
  return {
    retransmits: outgoing.retransmits,
    spuriousRetransmits: spuriousPackets,
    packetsSent: packets.next,
    packetsDeclaredLost: lostPackets,
    acksSent: acks.acksSent,
    acksReceived: incoming.acksReceived,
    bytesInFlight: inflight,
    congestionWindowBytes: window,
    receiveWindowLimitedRatio: outgoing.blockedNs(now) / Math.max(1, now - openedAt),
    ...(pacingRate < Infinity ? { pacingBitsPerSecond: 8 * pacingRate } : {}),
    ...(rtt.known ? { srttSeconds: rtt.smoothed / 1e9, minRttSeconds: rtt.min / 1e9 } : {}),
    ...(rate.latest > 0 ? { deliveryBitsPerSecond: 8 * rate.latest } : {}),
  };
}
