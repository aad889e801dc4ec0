import type { AckEvent } from './control.ts';
import { HyStart } from './hystart.ts';
import { WindowControl } from './window-control.ts';

const C = 0.4;
const BETA = 0.7;
const RENO_ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/** CUBIC (RFC 9438) with fast convergence, the Reno-friendly region and HyStart++. Windows are in packets where named so. */
export class Cubic extends WindowControl {
  readonly name = 'cubic';
  readonly #hystart = new HyStart();
  #maxPackets = 0;
  #previousMaxPackets = 0;
  #epochSince = NaN;
  #epochPackets = 0;
  /** Seconds from the start of the epoch to the plateau. */
  #k = 0;
  #renoPackets = 0;
  #pausedAt = NaN;

  protected override slowStart(event: AckEvent): void {
    // Later slow starts know where to end (RFC 9406 section 4.3).
    const growth = this.threshold === Number.POSITIVE_INFINITY ? this.#hystart.growth(event) : 1;
    if (growth === 0) this.threshold = this.window;
    this.window += growth * event.ackedBytes;
  }

  protected override avoid(event: AckEvent): void {
    const packets = this.window / this.packetBytes;
    const acked = event.ackedBytes / this.packetBytes;
    if (Number.isNaN(this.#epochSince)) this.#begin(event.now, packets);
    // Time in which the application gave too little does not count (RFC 9438 section 5.8).
    if (!Number.isNaN(this.#pausedAt)) this.#epochSince += event.now - this.#pausedAt;
    this.#pausedAt = NaN;
    const seconds = (event.now - this.#epochSince) / 1e9;
    this.#renoPackets += ((this.#renoPackets < this.#maxPackets ? RENO_ALPHA : 1) * acked) / packets;
    if (this.#curve(seconds) < this.#renoPackets) {
      this.window = Math.max(this.window, this.#renoPackets * this.packetBytes);
      return;
    }
    const target = Math.min(Math.max(this.#curve(seconds + this.roundTripNs / 1e9), packets), 1.5 * packets);
    this.window += ((target - packets) / packets) * event.ackedBytes;
  }

  protected override paused(event: AckEvent): void {
    if (Number.isNaN(this.#pausedAt)) this.#pausedAt = event.now;
  }

  protected override reduced(_now: number): number {
    const packets = this.window / this.packetBytes;
    this.#previousMaxPackets = this.#maxPackets;
    // Fast convergence: a flow that could not reach its last maximum makes room for another.
    this.#maxPackets = packets < this.#maxPackets ? (packets * (1 + BETA)) / 2 : packets;
    this.#epochSince = NaN;
    this.#pausedAt = NaN;
    return this.window * BETA;
  }

  protected override undone(): void {
    this.#maxPackets = this.#previousMaxPackets;
    this.#epochSince = NaN;
  }

  /** What follows starts at the window that slow start reaches (RFC 9438 section 4.8). */
  protected override collapsed(): void {
    this.#maxPackets = 0;
    this.#epochSince = NaN;
  }

  #begin(now: number, packets: number): void {
    this.#epochSince = now;
    this.#pausedAt = NaN;
    this.#epochPackets = packets;
    this.#renoPackets = packets;
    if (this.#maxPackets < packets) this.#maxPackets = packets;
    this.#k = Math.cbrt((this.#maxPackets - this.#epochPackets) / C);
  }

  #curve(seconds: number): number {
    return C * (seconds - this.#k) ** 3 + this.#maxPackets;
  }
}
