const REFRESH_NS = 5e9;
/** A sample so close to the least one shows that the queue was empty. */
const NEAR = 1.02;
const NEAR_NS = 100e3;
/** What a look may find above the value without replacing it. */
const SAME = 1.1;

/** The round trip time without queues. When it has not been seen for 5 s, the sender has to empty the queue and look. */
export class MinRtt {
  value: number = Number.POSITIVE_INFINITY;
  /** When a sample close to `value` was seen last. */
  #seenAt = -Infinity;
  /** When nothing was in flight: a pause is no reason to look. */
  #restedAt = -Infinity;
  #last = 0;
  #jitter = 0;
  #least: number = Number.POSITIVE_INFINITY;

  add(now: number, rttNs: number): void {
    if (rttNs < this.value) this.value = rttNs;
    this.#jitter += (Math.abs(rttNs - this.#last) - this.#jitter) / 16;
    this.#last = rttNs;
    if (rttNs <= this.value * NEAR + NEAR_NS + this.#jitter) this.#seenAt = now;
    if (rttNs < this.#least) this.#least = rttNs;
  }

  /** Nothing was in flight up to now. */
  rest(now: number): void {
    this.#restedAt = now;
  }

  /** The queue has been empty after `time`. */
  seenSince(time: number): boolean {
    return this.#seenAt >= time;
  }

  /** Nothing close to it has been seen for so long that it is time to look. */
  stale(now: number): boolean {
    return now - Math.max(this.#seenAt, this.#restedAt) > REFRESH_NS;
  }

  /** The sender begins to send less than fills the path. */
  look(): void {
    this.#least = Number.POSITIVE_INFINITY;
  }

  /** It has done so for long enough: if the path is longer than thought, its least is what came up meanwhile. */
  looked(now: number): void {
    this.#seenAt = now;
    if (this.#least < Number.POSITIVE_INFINITY && this.#least > this.value * SAME) this.value = this.#least;
  }
}
