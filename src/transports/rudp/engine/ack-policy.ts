import type { CongestionControl } from '../congestion/control.ts';
import type { Recovery } from '../send/recovery.ts';

/** Acknowledgements that are wanted in a round trip: several keep the sender informed. */
const LEAST_PER_ROUND = 8;
/** Times the longest run of lost ones, where that is more: a sender that hears none for a whole round trip stops. */
const GAPS_PER_ROUND = 2;
const LEAST_PACKETS = 2;
const MOST_PACKETS = 64;
const LEAST_DELAY_NS = 1e6;
const MOST_DELAY_NS = 5e6;
/** The peer is told anew when a figure has moved by more than this. */
const WORTH_TELLING = 1.5;

/** How often the peer is to acknowledge: seldom enough to be cheap, often enough to steer by (draft-ietf-quic-ack-frequency). */
export class AckPolicy {
  sequence = 0;
  /** What every receiver starts with. */
  packets: number = LEAST_PACKETS;
  maxDelayUs: number;
  reordering = 3;

  constructor(maxDelayUs: number) {
    this.maxDelayUs = maxDelayUs;
  }

  /** True: the figures have changed, and the peer has to be told. */
  update(control: CongestionControl, recovery: Recovery, packetBytes: number, longestGap: number): boolean {
    const { rtt, reordering } = recovery;
    if (!rtt.known) return false;
    const window = Math.min(control.window, 1e9) / packetBytes;
    const perRound = Math.max(LEAST_PER_ROUND, GAPS_PER_ROUND * longestGap);
    const packets = Math.round(Math.min(MOST_PACKETS, Math.max(LEAST_PACKETS, window / perRound)));
    const delay = Math.min(MOST_DELAY_NS, Math.max(LEAST_DELAY_NS, rtt.smoothed / perRound));
    const maxDelayUs = Math.round(delay / 1e3);
    const distance = reordering.packets === Infinity ? 0 : reordering.packets;
    const same = distance === this.reordering && near(packets, this.packets) && near(maxDelayUs, this.maxDelayUs);
    if (same) return false;
    this.sequence++;
    this.packets = packets;
    this.maxDelayUs = maxDelayUs;
    this.reordering = distance;
    return true;
  }
}

const near = (a: number, b: number): boolean => a <= b * WORTH_TELLING && b <= a * WORTH_TELLING;
