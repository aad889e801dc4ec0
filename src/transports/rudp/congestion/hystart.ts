import type { AckEvent } from './control.ts';

const LEAST_RISE_NS = 4e6;
const MOST_RISE_NS = 16e6;
const RISE_DIVISOR = 8;
/** RFC 9406 has 8, with an acknowledgement for every second packet: ours come eight times per round. */
const SAMPLES = 4;
const CONSERVATIVE_GROWTH = 1 / 4;
const CONSERVATIVE_ROUNDS = 5;

/** HyStart++ (RFC 9406): ends slow start when the round trip time rises, before the queue overflows. */
export class HyStart {
  #roundLeast = Infinity;
  #lastLeast = Infinity;
  #samples = 0;
  #baseline = Infinity;
  #conservativeRounds = 0;

  /** What share of the acknowledged bytes the window may grow by; 0 when slow start is over. */
  growth(event: AckEvent): number {
    if (event.roundStart) this.#nextRound();
    if (!Number.isNaN(event.rttNs)) {
      this.#roundLeast = Math.min(this.#roundLeast, event.rttNs);
      this.#samples++;
    }
    if (this.#conservativeRounds > CONSERVATIVE_ROUNDS) return 0;
    if (this.#samples < SAMPLES) return this.#conservativeRounds > 0 ? CONSERVATIVE_GROWTH : 1;
    if (this.#conservativeRounds > 0) {
      // Was the rise a passing one?
      if (this.#roundLeast < this.#baseline) this.#conservativeRounds = 0;
    } else {
      const rise = Math.min(MOST_RISE_NS, Math.max(LEAST_RISE_NS, this.#lastLeast / RISE_DIVISOR));
      if (this.#roundLeast >= this.#lastLeast + rise) {
        this.#baseline = this.#roundLeast;
        this.#conservativeRounds = 1;
      }
    }
    return this.#conservativeRounds > 0 ? CONSERVATIVE_GROWTH : 1;
  }

  #nextRound(): void {
    this.#lastLeast = this.#roundLeast;
    this.#roundLeast = Infinity;
    this.#samples = 0;
    if (this.#conservativeRounds > 0) this.#conservativeRounds++;
  }
}
