import { RoundMax } from './round-max.ts';

const ROUNDS = 10;
const MOST_NS = 100e6;

/** How far acknowledgements come in lumps: the most bytes acknowledged beyond what the bandwidth explains, over 10 rounds (BBRv2). */
export class AckAggregation {
  readonly #excess = new RoundMax(ROUNDS);
  #since = 0;
  #bytes = 0;

  onAck(now: number, ackedBytes: number, bandwidth: number, window: number, roundStart: boolean): void {
    if (roundStart) this.#excess.advance();
    let expected = (bandwidth * (now - this.#since)) / 1e9;
    if (this.#bytes <= expected) {
      this.#bytes = 0;
      this.#since = now;
      expected = 0;
    }
    this.#bytes += ackedBytes;
    this.#excess.add(Math.min(this.#bytes - expected, window));
  }

  /** Bytes to allow for on top of the window. */
  allowance(bandwidth: number): number {
    return Math.min(this.#excess.value, (bandwidth * MOST_NS) / 1e9);
  }
}
