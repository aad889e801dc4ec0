/** What a quantum lasts, between two packets and 64 KB. */
const QUANTUM_SECONDS = 0.5e-3;
const MOST_QUANTUM = 65_536;
const LEAST_PACKETS = 2;
/** A loop that is late by so much still sends all that it should have sent meanwhile. */
const LATE_SECONDS = 20e-3;

/**
 * Says when packets may leave, so that they do at a rate and not in bursts: credit grows by the elapsed clock and is bounded.
 *
 * The bound is one quantum when the sender paused of itself, for want of data or of window: no burst comes after a pause. When
 * data was waiting for the pacer (`nextAt` was asked) and the loop came late, credit goes on growing for 20 ms beyond the
 * quantum, and all of it may leave at once. A burst is thus a quantum, and what should have left during the delay: the bottleneck
 * had just as long to empty its queue. Spreading it out would help no queue that is the bottleneck (it gets the same bytes
 * either way), and loops that are late each time would never reach the rate. Beyond 20 ms credit is lost.
 */
export class Pacer {
  /** Bytes that leave together when the loop is on time. */
  quantum = MOST_QUANTUM;
  /** Bytes per ns. */
  #rate = Infinity;
  #packetBytes = 0;
  #least = 0;
  /** Below 0 after packets that did not ask. */
  #credit = 0;
  /** When the credit was as large; -Infinity: there has been no clock yet. */
  #at = -Infinity;
  #waiting = false;
  #clipped = false;

  /** Takes effect at once, also for the time since the clock was last told. Infinity: not paced. */
  setRate(bytesPerSecond: number, packetBytes: number): void {
    const rate = bytesPerSecond * 1e-9;
    if (rate === this.#rate && packetBytes === this.#packetBytes) return;
    if (this.#rate === Infinity) this.#at = -Infinity;
    this.#rate = rate;
    this.#packetBytes = packetBytes;
    this.#least = LEAST_PACKETS * packetBytes;
    this.quantum = Math.max(this.#least, Math.min(MOST_QUANTUM, Math.floor(bytesPerSecond * QUANTUM_SECONDS)));
    this.#credit = Math.min(this.#credit, this.quantum + this.#lateBytes);
  }

  /** Bytes that may leave now: Infinity when not paced, 0 when they would be less than two packets. */
  allowance(now: number): number {
    if (this.#rate === Infinity) return Infinity;
    this.#refill(now);
    const whole = Math.floor(this.#credit + 1e-3);
    if (whole < this.#least) return 0;
    this.#waiting = false;
    return whole;
  }

  /** Bytes have left, whether they were allowed or not. */
  onSent(now: number, bytes: number): void {
    if (this.#rate === Infinity) return;
    this.#refill(now);
    this.#credit -= bytes;
  }

  /**
   * When to send again what is waiting for the pacer (ask only then): now, when there is an allowance; else when a whole
   * quantum has gathered, which makes for fewer wake-ups than the first two packets would.
   */
  nextAt(now: number): number {
    if (this.allowance(now) > 0) return now;
    this.#waiting = true;
    return Math.floor(now + (this.quantum - this.#credit) / this.#rate) + 1;
  }

  get #lateBytes(): number {
    return this.#rate * LATE_SECONDS * 1e9;
  }

  /** Whether credit was lost since this was last asked because the loop came too late. */
  takeClipped(): boolean {
    const clipped = this.#clipped;
    this.#clipped = false;
    return clipped;
  }

  #refill(now: number): void {
    if (this.#at === -Infinity) {
      this.#at = now;
      this.#credit = this.quantum;
    }
    if (now <= this.#at) return;
    const gained = (now - this.#at) * this.#rate;
    const bound = this.quantum + (this.#waiting ? this.#lateBytes : 0);
    this.#at = now;
    // What was gathered while the loop was late and is not used melts away as fast as it came.
    if (this.#waiting && this.#credit + gained > bound) this.#clipped = true;
    this.#credit =
      this.#credit > bound ? Math.max(bound, this.#credit - gained) : Math.min(bound, this.#credit + gained);
  }
}
