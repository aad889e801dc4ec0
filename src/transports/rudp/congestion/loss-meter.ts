/** Losses among the packets that were sent within a span of time. */
export class LossMeter {
  ackedBytes = 0;
  lostBytes = 0;
  #from: number = Number.POSITIVE_INFINITY;
  #to: number = Number.POSITIVE_INFINITY;

  open(now: number): void {
    this.#from = now;
    this.#to = Number.POSITIVE_INFINITY;
    this.ackedBytes = 0;
    this.lostBytes = 0;
  }

  close(now: number): void {
    this.#to = Math.min(this.#to, now);
  }

  /** Times of sending: of the newest packet that is acknowledged (NaN: none), of the newest lost one (-Infinity: none). */
  add(ackedSentAt: number, ackedBytes: number, lostSentAt: number, lostBytes: number): void {
    if (ackedSentAt >= this.#from && ackedSentAt <= this.#to) this.ackedBytes += ackedBytes;
    if (lostSentAt >= this.#from && lostSentAt <= this.#to) this.lostBytes += lostBytes;
  }

  /** Whether all that was sent in the span has been heard of, when packets sent at `sentAt` are acknowledged now. */
  settled(sentAt: number): boolean {
    return sentAt > this.#to;
  }

  get closed(): boolean {
    return this.#to < Number.POSITIVE_INFINITY || this.#from === Number.POSITIVE_INFINITY;
  }

  get total(): number {
    return this.ackedBytes + this.lostBytes;
  }
}
