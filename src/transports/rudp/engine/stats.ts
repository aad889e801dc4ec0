import type { TransportStats } from '../../transport.ts';
import type { Parts } from './parts.ts';
import type { EngineSetup } from './setup.ts';

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

/** What it was set to, by both ends and by the path. */
export function settingsOf(
  { local, remote, deadlineNs }: EngineSetup,
  { recovery, mtu, received }: Parts,
): Record<string, string | number | boolean> {
  return {
    congestion_control: recovery.control.name,
    mode: local.mode,
    ...(local.mode === 'deadline' ? { deadline_s: deadlineNs / 1e9 } : {}),
    checksum: remote.checksum,
    max_payload_bytes: mtu.size,
    receive_window_bytes: received.window,
    ...(local.fec ? { fec: `${local.fec.k}+${local.fec.r}` } : {}),
  };
}
