import type { AckEvent, CongestionControl, ControlOptions } from './control.ts';

const GUESSED_RTT_NS = 100e6;
const SPARE_BYTES = 65_536;

/**
 * Sends at a rate that somebody else has chosen, whatever is lost. The window, of two round trips and some, only keeps a
 * dead path from being flooded for ever.
 */
export class Fixed implements CongestionControl {
  readonly name = 'fixed';
  readonly phase = 'fixed';
  readonly pacingRate: number;
  #roundTripNs: number;
  #packetBytes: number;

  /** Throws a RangeError without a positive `rateBps`. */
  constructor({ rateBps = NaN, initialRttNs, packetBytes }: ControlOptions) {
    if (!(rateBps > 0))
      throw new RangeError(`the rate of a fixed congestion control is ${rateBps}: expected bits per second`);
    this.pacingRate = rateBps / 8;
    this.#roundTripNs = Number.isNaN(initialRttNs) ? GUESSED_RTT_NS : initialRttNs;
    this.#packetBytes = packetBytes;
  }

  get window(): number {
    return Math.max(4 * this.#packetBytes, (2 * this.pacingRate * this.#roundTripNs) / 1e9 + SPARE_BYTES);
  }

  onSent(_now: number, _bytes: number, _inflight: number): void {}

  onAck(event: AckEvent): void {
    if (!Number.isNaN(event.rttNs)) this.#roundTripNs = event.smoothedRttNs;
  }

  onSpuriousLoss(_now: number, _bytes: number, _sentAt: number): void {}
  onPersistentCongestion(_now: number): void {}

  setPacketBytes(bytes: number): void {
    this.#packetBytes = bytes;
  }
}
