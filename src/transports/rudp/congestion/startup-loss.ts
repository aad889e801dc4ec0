import type { LossBaseline } from './loss-baseline.ts';

/** A round that brings so much more than the one before it was not limited by the path. */
const GROWTH = 1.5;

/** What is lost while the start-up still grows: the path's own loss, since no queue is full then. */
export class StartupLoss {
  readonly #baseline: LossBaseline;
  #bandwidth = 0;
  /** Of the last round, whose packets were sent faster than it shows: the next one tells whether the path took them. */
  #lost = 0;
  #total = 0;

  constructor(baseline: LossBaseline) {
    this.#baseline = baseline;
  }

  /** At the end of a round. `bandwidth`: its highest sample; `queued`: the round trip time stood above the least all the round long. */
  onRound(bandwidth: number, queued: boolean, lost: number, total: number): void {
    const grew = !queued && bandwidth >= GROWTH * this.#bandwidth;
    this.#bandwidth = bandwidth;
    if (grew && this.#total > 0) {
      this.#baseline.addQuiet(this.#lost, this.#total, true);
      this.#baseline.addSteady(this.#lost, this.#total);
    }
    this.#lost = grew ? lost : 0;
    this.#total = grew ? total : 0;
  }
}
