import type { AckEvent } from './control.ts';

const GROWTH = 1.25;
const FLAT_ROUNDS = 3;
const LOSS = 0.08;
const LOST_PACKETS = 6;

/** Watches the start-up: the pipe is full when a round no longer brings more. */
export class FullPipe {
  full = false;
  #best = 0;
  #flatRounds = 0;

  restart(): void {
    this.full = false;
    this.#best = 0;
    this.#flatRounds = 0;
  }

  /**
   * At the end of a round. `bandwidth`: the most of the last rounds; `queued`: the round trip time stood above the least all
   * the round long; `surplus`: loss of the round beyond the baseline, of `lostPackets`. True when the round brought growth.
   */
  onRound(bandwidth: number, event: AckEvent, queued: boolean, surplus: number, lostPackets: number): boolean {
    if (bandwidth >= this.#best * GROWTH) {
      this.#best = bandwidth;
      this.#flatRounds = 0;
      if (queued && surplus > LOSS && lostPackets >= LOST_PACKETS) this.full = true;
      return true;
    }
    if (event.rateAppLimited) return false;
    this.#flatRounds++;
    const evident = queued || (surplus > LOSS && lostPackets >= LOST_PACKETS);
    if (this.#flatRounds >= (evident ? 1 : FLAT_ROUNDS)) this.full = true;
    return false;
  }
}
