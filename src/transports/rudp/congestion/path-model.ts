import { AckAggregation } from './ack-aggregation.ts';
import type { AckEvent } from './control.ts';
import { LossBaseline } from './loss-baseline.ts';
import { MinRtt } from './min-rtt.ts';
import { RoundMax } from './round-max.ts';

const BANDWIDTH_ROUNDS = 10;
/** On short paths ten rounds are over while this machine lets the sender wait once. */
const LEAST_ROUND_NS = 50e6;
/** A fall is looked for in spans of so long, or of a round trip. */
const LEAST_SPAN_NS = 10e6;
const FALL = 0.2;
const FALL_SPANS = 2;

/** What BBR knows of the path: its bandwidth, its round trip time, its loss, and how acknowledgements are bunched. */
export class PathModel {
  readonly rtt: MinRtt = new MinRtt();
  readonly baseline: LossBaseline;
  /** The highest sample and the least round trip of the current round, up to now. */
  roundBandwidth = 0;
  roundRtt: number = Number.POSITIVE_INFINITY;
  /** The least round trip of the round before, queues included. */
  lastRoundRtt = 0;
  /** Upper bound on the bandwidth after congestion, until the next probe. */
  bandwidthLimit: number = Number.POSITIVE_INFINITY;
  readonly #bandwidth = new RoundMax(BANDWIDTH_ROUNDS);
  readonly #aggregation = new AckAggregation();
  #usefulRound = false;
  #agedAt = -Infinity;
  #spanSince = 0;
  #spanDelivered = 0;
  #falls = 0;

  constructor(packetBytes: number) {
    this.baseline = new LossBaseline(packetBytes);
  }

  /** Bytes per second that arrive; 0 while unknown. */
  get bandwidth(): number {
    return Math.min(this.#bandwidth.value, this.bandwidthLimit);
  }

  get maxBandwidth(): number {
    return this.#bandwidth.value;
  }

  /** Bytes per second to send for `bandwidth` to arrive. */
  get sendingRate(): number {
    return this.bandwidth / (1 - this.baseline.share);
  }

  /** Bytes in flight that fill the path and no queue. */
  get pipeBytes(): number {
    return this.rtt.value < Number.POSITIVE_INFINITY ? (this.sendingRate * this.rtt.value) / 1e9 : 0;
  }

  /** How long a round takes now. */
  get roundNs(): number {
    return Math.max(this.rtt.value, this.lastRoundRtt);
  }

  get allowance(): number {
    return this.#aggregation.allowance(this.bandwidth);
  }

  /** The latest round trip shows no queue. */
  empty(rttNs: number): boolean {
    return rttNs <= this.rtt.value * 1.1 + 1e6;
  }

  onAck(event: AckEvent, window: number): void {
    const { now, deliveryRate, rttNs } = event;
    if (!Number.isNaN(rttNs)) this.rtt.add(now, rttNs);
    if (event.roundStart) {
      // Rounds in which the application set the pace say nothing, so the bandwidth does not age by them.
      if (this.#usefulRound && now - this.#agedAt >= LEAST_ROUND_NS) {
        this.#bandwidth.advance();
        this.#agedAt = now;
        this.#usefulRound = false;
      }
      this.roundBandwidth = 0;
      if (this.roundRtt < Number.POSITIVE_INFINITY) this.lastRoundRtt = this.roundRtt;
      this.roundRtt = Number.POSITIVE_INFINITY;
    }
    if (rttNs < this.roundRtt) this.roundRtt = rttNs;
    if (deliveryRate > 0 && (!event.rateAppLimited || deliveryRate >= this.#bandwidth.value)) {
      this.#bandwidth.add(deliveryRate);
      if (deliveryRate > this.roundBandwidth) this.roundBandwidth = deliveryRate;
      this.#usefulRound = true;
    }
    this.#aggregation.onAck(now, event.ackedBytes, this.bandwidth, window, event.roundStart);
  }

  /**
   * Whether the path has become much slower: too little arrives for two round trips though enough is in flight, and what arrives
   * is late. Rounds last long then, so the bandwidth of ten rounds ago must not hold until they are over; it is replaced.
   */
  fallen(event: AckEvent, steady: boolean): boolean {
    const { now, delivered } = event;
    const span = now - this.#spanSince;
    if (span < Math.max(this.rtt.value, LEAST_SPAN_NS)) return false;
    const rate = ((delivered - this.#spanDelivered) * 1e9) / span;
    this.#spanSince = now;
    this.#spanDelivered = delivered;
    const late = event.rttNs > 1.5 * this.rtt.value + 5e6;
    if (steady && late && !event.appLimited && rate < FALL * this.bandwidth && event.inflight > this.pipeBytes)
      this.#falls++;
    else this.#falls = 0;
    if (this.#falls < FALL_SPANS) return false;
    this.#falls = 0;
    this.#bandwidth.reset(rate);
    return true;
  }

  /** Sets the bandwidth to what arrived in this round. */
  restart(): void {
    if (this.roundBandwidth > 0) this.#bandwidth.reset(this.roundBandwidth);
  }
}
