import type { PathMtu } from '../send/path-mtu.ts';
import type { Fates } from '../send/recovery.ts';
import type { SendBuffer } from '../send/send-buffer.ts';
import { FULL, MTU_PROBE, type SentPackets } from '../send/sent-packets.ts';
import type { EngineLog } from './engine-log.ts';
import type { Outgoing } from './outgoing.ts';

export interface Contents {
  readonly packets: SentPackets;
  readonly data: SendBuffer;
  readonly mtu: PathMtu;
  readonly outgoing: Outgoing;
  readonly log: EngineLog | undefined;
}

/** Tells those whose data and frames were in a packet what has become of it. `contents`: known once all parts are made. */
export const fatesOf = (contents: () => Contents): Fates => ({
  onPacketAcked(row) {
    const { packets, data, mtu } = contents();
    const flags = packets.flags[row];
    if (packets.length[row] > 0) data.onAcked(packets.offset[row], packets.length[row]);
    if (flags & MTU_PROBE) mtu.onProbeAcked(packets.size[row]);
    else if (flags & FULL) mtu.onFullAcked();
  },
  onPacketLost(row, number, now) {
    const { packets, data, mtu, outgoing, log } = contents();
    const flags = packets.flags[row];
    if (packets.length[row] > 0) data.onLost(packets.offset[row], packets.length[row], now);
    if (packets.control[row] !== 0) outgoing.request(packets.control[row]);
    if (flags & MTU_PROBE) mtu.onProbeLost(packets.size[row], now);
    else if (flags & FULL) mtu.onFullLost(now);
    log?.packetLost(now, number);
  },
});
