/** How much the pacer catches up after it was late itself; slots older than that are missed, never made up in a burst. */
const CATCH_UP_NS = 5e6;

/**
 * The slots of an open loop: one message every `intervalNs`, at `base + k * interval` by the clock, whatever happened
 * before (a token bucket by elapsed clock). Two causes of lateness are kept apart. When the *generator* is late, slots older
 * than 5 ms are skipped and counted as missed. When the *transport* has no room, slots stay due and are sent with their
 * intended time once it has: skipping them would hide the very delay that is to be measured (coordinated omission).
 */
export class Pacer {
  readonly intervalNs: number;
  missed = 0;
  #base = Number.NaN;
  #slot = 0;
  #held = false;
  readonly #catchUp: number;

  constructor(intervalNs: number) {
    this.intervalNs = intervalNs;
    this.#catchUp = Math.max(1, Math.floor(CATCH_UP_NS / intervalNs));
  }

  /** How many messages are due at `now`; a new `base` starts a new count. */
  due(now: number, base: number): number {
    if (base !== this.#base) {
      this.#base = base;
      this.#slot = 0;
      this.#held = false;
      this.missed = 0;
    }
    let due = this.#passed(now) - this.#slot;
    if (due > this.#catchUp && !this.#held) {
      this.missed += due - this.#catchUp;
      this.#slot += due - this.#catchUp;
      due = this.#catchUp;
    }
    return due;
  }

  #passed(now: number): number {
    return Math.max(0, Math.floor((now - this.#base) / this.intervalNs) + 1);
  }

  /** Intended time of the next message. */
  nextSlot(): number {
    return this.#base + this.#slot * this.intervalNs;
  }

  sent(count: number, held: boolean): void {
    this.#slot += count;
    this.#held = held;
  }

  /** Slots before `end` that have not been sent. */
  backlog(end: number): number {
    return Number.isNaN(this.#base) ? 0 : Math.max(0, Math.ceil((end - this.#base) / this.intervalNs) - this.#slot);
  }
}
