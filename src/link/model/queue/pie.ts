import type { Taus113 } from '../../prng.ts';
import { FRAME_BYTES } from '../holding.ts';
import { DropTail } from './drop-tail.ts';
import type { Waiting } from './waiting.ts';

interface PieParameters {
  readonly targetNs: number;
  readonly updateNs: number;
  readonly ecn: boolean;
}

/** Weights of the delay's distance from the target and of its change, 1/s. */
const ALPHA = 0.125;
const BETA = 1.25;
const MAX_BURST_NS = 150e6;
/** Above this probability ECN-capable packets are dropped, too. */
const MARK_BELOW = 0.1;
const FASTEST_RISE = 0.02;
const HIGH_DELAY_NS = 250e6;
const DECAY = 0.98;
/** Less than one packet of a trial: no longer told from 0. */
const NEGLIGIBLE = 1e-10;

/**
 * `pie`, RFC 8033: drops arrivals with a probability that follows the queueing delay, here the time that the first packet has waited. The
 * probability changes every `updateNs`; since nothing else depends on those times, that is made up for when a packet comes or goes.
 */
export class Pie extends DropTail {
  private readonly prng: Taus113;
  private readonly targetNs: number;
  private readonly updateNs: number;
  private readonly ecn: boolean;
  private p = 0;
  private burstNs = MAX_BURST_NS;
  private delayNs = 0;
  private nextUpdate = Number.NaN;

  constructor(waiting: Waiting, { targetNs, updateNs, ecn }: PieParameters, prng: Taus113) {
    super(waiting);
    this.prng = prng;
    this.targetNs = targetNs;
    this.updateNs = updateNs;
    this.ecn = ecn;
  }

  override admits(now: number, id: number): boolean {
    this.catchUp(now);
    if (this.burstNs > 0 || (this.delayNs < this.targetNs / 2 && this.p < 0.2)) return true;
    if (this.waiting.bytes <= 2 * FRAME_BYTES || this.prng.next() / 2 ** 32 >= this.p) return true;
    return this.ecn && this.p < MARK_BELOW && this.waiting.pool.mark(id);
  }

  override shift(now: number): number {
    this.catchUp(now);
    return super.shift(now);
  }

  private catchUp(now: number): void {
    if (Number.isNaN(this.nextUpdate)) this.nextUpdate = now + this.updateNs;
    while (this.nextUpdate <= now) {
      this.update(this.nextUpdate);
      this.nextUpdate += this.updateNs;
      if (this.isIdle())
        this.nextUpdate += Math.floor(Math.max(0, now - this.nextUpdate) / this.updateNs) * this.updateNs;
    }
  }

  /** Nothing waits, and updates change nothing any more. */
  private isIdle(): boolean {
    return this.fifo.head < 0 && this.p === 0 && this.delayNs === 0 && this.burstNs === MAX_BURST_NS;
  }

  private update(now: number): void {
    const { targetNs, delayNs: before } = this;
    const delay = this.fifo.head < 0 ? 0 : now - this.waiting.pool.queuedAt[this.fifo.head];
    let change = ((ALPHA * (delay - targetNs) + BETA * (delay - before)) / 1e9) * this.caution();
    if (this.p >= 0.1) change = Math.min(change, FASTEST_RISE);
    if (delay > HIGH_DELAY_NS) change += FASTEST_RISE;
    let p = this.p + change;
    if (delay === 0 && before === 0) p *= DECAY;
    this.p = p < NEGLIGIBLE ? 0 : Math.min(1, p);
    const calm = this.p === 0 && delay < targetNs / 2 && before < targetNs / 2;
    this.burstNs = calm ? MAX_BURST_NS : Math.max(0, this.burstNs - this.updateNs);
    this.delayNs = delay;
  }

  /** Small probabilities change in small steps. */
  private caution(): number {
    const { p } = this;
    if (p < 1e-6) return 1 / 2048;
    if (p < 1e-5) return 1 / 512;
    if (p < 1e-4) return 1 / 128;
    if (p < 1e-3) return 1 / 32;
    if (p < 0.01) return 1 / 8;
    return p < 0.1 ? 1 / 2 : 1;
  }
}
