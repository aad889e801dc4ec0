import type { TransportStats } from '../../transport.ts';
import type { AckTracker } from '../receive/ack-tracker.ts';
import type { Recovery } from '../send/recovery.ts';
import type { Incoming } from './incoming.ts';
import type { Outgoing } from './outgoing.ts';

/** What a connection that was opened at `openedAt` knows of itself. */
export function statsOf(
  now: number,
  openedAt: number,
  recovery: Recovery,
  outgoing: Outgoing,
  { acksReceived }: Incoming,
  { acksSent }: AckTracker,
): TransportStats {
  const { control, rtt, rate, packets, inflight, lostPackets, spuriousPackets } = recovery;
  const { pacingRate, window } = control;
  return {
    retransmits: outgoing.retransmits,
    spuriousRetransmits: spuriousPackets,
    packetsSent: packets.next,
    packetsDeclaredLost: lostPackets,
    acksSent,
    acksReceived,
    bytesInFlight: inflight,
    congestionWindowBytes: window,
    receiveWindowLimitedRatio: outgoing.blockedNs(now) / Math.max(1, now - openedAt),
    ...(pacingRate < Infinity ? { pacingBitsPerSecond: 8 * pacingRate } : {}),
    ...(rtt.known ? { srttSeconds: rtt.smoothed / 1e9, minRttSeconds: rtt.min / 1e9 } : {}),
    ...(rate.latest > 0 ? { deliveryBitsPerSecond: 8 * rate.latest } : {}),
  };
}
