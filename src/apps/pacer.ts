/** How much the pacer catches up after it was late itself; slots older than that are missed, never made up in a burst. */
export const CATCH_UP_NS = 5e6;

/**
 * The slots of an open loop: one message every `intervalNs`, at `base + k * interval` by the clock, whatever happened
 * before (a token bucket by elapsed clock). Two causes of lateness are kept apart. When the *generator* is late, slots older
 * than 5 ms are skipped and counted as missed. When the *transport* has no room, slots stay due and are sent with their
 * intended time once it has: skipping them would hide the very delay that is to be measured (coordinated omission). What
 * has passed is thus sent, missed or backlog, each slot once.
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

  /**
   * How many messages are due at `now`; a new `base` starts a new count. Slots of the new count that passed while the
   * transport had no room for those of the old one were held up by it too, not missed.
   */
  due(now: number, base: number): number {
    if (base !== this.#base) {
      this.#base = base;
      this.#slot = 0;
      this.missed = 0;
    }
    let due = this.#before(now, true) - this.#slot;
    if (due > this.#catchUp && !this.#held) {
      this.missed += due - this.#catchUp;
      this.#slot += due - this.#catchUp;
      due = this.#catchUp;
    }
    return due;
  }

  /**
   * Number of the first slot after `time`, or at it. Compared by the very sum that `nextSlot` returns: a quotient may round
   * to the slot before, which would then be due but not there.
   */
  #before(time: number, at: boolean): number {
    let slot = Math.max(0, Math.round((time - this.#base) / this.intervalNs) - 1);
    while (at ? this.#time(slot) <= time : this.#time(slot) < time) slot++;
    return slot;
  }

  #time(slot: number): number {
    return this.#base + slot * this.intervalNs;
  }

  /** Intended time of the next message. */
  nextSlot(): number {
    return this.#time(this.#slot);
  }

  /** `held`: the transport took less than was due. */
  sent(count: number, held: boolean): void {
    this.#slot += count;
    this.#held = held;
  }

  /** Slots before `end` that have neither been sent nor missed. */
  backlog(end: number): number {
    return Number.isNaN(this.#base) ? 0 : Math.max(0, this.#before(end, false) - this.#slot);
  }
}
