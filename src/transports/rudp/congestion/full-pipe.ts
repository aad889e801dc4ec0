const GROWTH = 1.25;
const FLAT_ROUNDS = 3;
/** One would do on a quiet machine; on a busy one a late wake-up looks like a queue. */
const QUEUED_ROUNDS = 2;
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
   * the round long; `surplus`: loss of the round beyond the baseline, of `lostPackets`.
   */
  onRound(bandwidth: number, appLimited: boolean, queued: boolean, surplus: number, lostPackets: number): void {
    const lossy = surplus > LOSS && lostPackets >= LOST_PACKETS;
    if (bandwidth >= this.#best * GROWTH) {
      this.#best = bandwidth;
      this.#flatRounds = 0;
      if (queued && lossy) this.full = true;
    } else if (queued && lossy) {
      // Whoever set the pace: the path does not take more.
      this.full = true;
    } else if (!appLimited && ++this.#flatRounds >= (queued || lossy ? QUEUED_ROUNDS : FLAT_ROUNDS)) {
      this.full = true;
    }
  }
}
