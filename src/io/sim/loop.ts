import type { Loop, Timer } from '../loop.ts';
import { TimerQueue } from '../timers.ts';

/** Turns at one instant: something arms itself for now, for ever. */
const STUCK = 1e5;
/** What every loop promises of `onTurn`. */
const LONGEST_TURN_NS = 50e6;
const NOTHING = (): void => {};

/** A loop whose time passes only when it is told to, or when nothing is left to do now: deterministic and never waiting. */
export class SimLoop implements Loop {
  onTurn: () => void = NOTHING;
  readonly #timers = new TimerQueue();
  #now: number;
  #running = false;
  #turnsAtNow = 0;

  constructor(startNs = 0) {
    this.#now = startNs;
  }

  now(): number {
    return this.#now;
  }

  timer(callback: () => void): Timer {
    return this.#timers.timer(callback);
  }

  /** Calls `task` after `ns`. */
  after(ns: number, task: () => void): void {
    this.timer(task).arm(this.#now + ns);
  }

  /** Time passes up to `ns`, and everything due by then happens; less of it, if something calls `stop()`. */
  advanceTo(ns: number): void {
    this.#running = true;
    while (this.#running && this.#nextTurn() <= ns) this.#turn();
    if (this.#running) this.#now = Math.max(this.#now, ns);
  }

  /** As {@link advanceTo}, `ns` from now. */
  advance(ns: number): void {
    this.advanceTo(this.#now + ns);
  }

  /** Somebody held the thread for `ns`: time passes, and what was due happens only afterwards. */
  stall(ns: number): void {
    this.#now += ns;
  }

  /** Until `stop()`, or until no timer is armed. Holds the thread; rejects with what a callback threw. */
  run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#running && this.#timers.next() < Infinity) this.#turn();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  stop(): void {
    this.#running = false;
  }

  /** Turns without a timer are taken only where somebody looks at them. */
  #nextTurn(): number {
    const next = this.#timers.next();
    return this.onTurn === NOTHING ? next : Math.min(next, this.#now + LONGEST_TURN_NS);
  }

  #turn(): void {
    const next = Math.max(this.#now, this.#nextTurn());
    this.#turnsAtNow = next > this.#now ? 0 : this.#turnsAtNow + 1;
    if (this.#turnsAtNow > STUCK) throw new Error(`time stands still at ${this.#now} ns: a timer arms itself for now`);
    this.#now = next;
    this.onTurn();
    this.#timers.fire(next);
  }
}
