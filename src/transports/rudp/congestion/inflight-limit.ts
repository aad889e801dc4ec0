const BETA = 0.7;
const HEADROOM = 0.85;
const FIRST_STEP = 0.01;

/** The bound on what is in flight that congestion taught (BBRv3's inflight_longterm); each probe without congestion lifts it. */
export class InflightLimit {
  #bytes: number = Number.POSITIVE_INFINITY;
  #step = 0;
  #leastStep = 0;

  /** While probing for more. */
  get probing(): number {
    return this.#bytes + this.#step;
  }

  /** At other times room is left for other senders. */
  get steady(): number {
    return HEADROOM * this.#bytes;
  }

  /**
   * `inflight`: when the packets had been sent that overflowed. One judgement lowers the bound by 30 % at most, and none below
   * what fills the path.
   */
  congested(inflight: number, pipeBytes: number, packetBytes: number): void {
    const floor = Math.max(pipeBytes, BETA * Math.min(this.#bytes, 2 * pipeBytes));
    this.#bytes = Math.max(Math.min(inflight, this.#bytes), floor);
    this.#leastStep = Math.max(packetBytes, FIRST_STEP * pipeBytes);
    this.#step = 0;
  }

  /** The next probe begins. */
  probe(): void {
    this.#step = Math.max(this.#step, this.#leastStep);
  }

  /** A probe went without congestion. */
  lift(): void {
    this.#bytes += this.#step;
    this.#step *= 2;
  }

  clear(): void {
    this.#bytes = Number.POSITIVE_INFINITY;
    this.#step = 0;
    this.#leastStep = 0;
  }
}
