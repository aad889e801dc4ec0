import { monotonicNow } from '../clock.ts';
import type { Loop, Timer } from '../loop.ts';
import { TimerQueue } from '../timers.ts';

/** Nearer than this, a timer is waited for by turning the loop: setTimeout is up to a millisecond late, or early. */
const SPIN_NS = 2e6;
/** Longest sleep, so that `onTurn` is called every 50 ms with some margin. */
const MAX_SLEEP_MS = 40;

/** A loop on top of Node's own: sockets hand their events to `deliver`, which runs them only while `run()` is pending. */
export class NodeLoop implements Loop {
  onTurn: () => void = () => {};
  readonly now: () => number = monotonicNow;
  readonly #timers = new TimerQueue(() => this.#plan());
  /** Work for the next turn: what sockets deferred, and events that came while the loop was not running. */
  #tasks: (() => void)[] = [];
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #timeoutAt = 0;
  #inTurn = false;

  get running(): boolean {
    return this.#settle !== undefined;
  }

  timer(callback: () => void): Timer {
    return this.#timers.timer(callback);
  }

  run(): Promise<void> {
    if (this.running) return Promise.reject(new Error('the loop runs already: call run() again after stop()'));
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#wake();
    });
  }

  stop(): void {
    this.#halt()?.resolve();
  }

  /** Runs an event of a socket now, or as soon as the loop runs. */
  deliver(event: () => void): void {
    if (this.running) this.#guard(event);
    else this.#tasks.push(event);
  }

  /** Runs `task` in the next turn, never inside the present call. */
  defer(task: () => void): void {
    this.#tasks.push(task);
    if (this.running && !this.#inTurn) this.#wake();
  }

  #turn(): void {
    this.#inTurn = true;
    this.#guard(this.#work);
    this.#inTurn = false;
    this.#plan();
  }

  readonly #work = (): void => {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) this.deliver(task);
    this.#timers.fire(this.now());
    this.onTurn();
  };

  #guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#halt()?.reject(error);
    }
  }

  #halt(): { resolve: () => void; reject: (error: unknown) => void } | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    clearImmediate(this.#immediate);
    clearTimeout(this.#timeout);
    this.#immediate = undefined;
    this.#timeout = undefined;
    return settle;
  }

  #plan(): void {
    if (!this.running || this.#inTurn) return;
    const wait = this.#timers.next() - this.now();
    if (wait < SPIN_NS || this.#tasks.length > 0) this.#wake();
    else this.#sleep(Math.min(MAX_SLEEP_MS, Math.floor(wait / 1e6) - 1));
  }

  #wake(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#turn();
    });
  }

  /** Leaves an earlier wake-up as it is: waking for nothing is cheaper than replacing the timeout at every packet. */
  #sleep(ms: number): void {
    const at = performance.now() + ms;
    if (this.#timeout !== undefined && this.#timeoutAt <= at) return;
    clearTimeout(this.#timeout);
    this.#timeoutAt = at;
    this.#timeout = setTimeout(() => {
      this.#timeout = undefined;
      this.#turn();
    }, ms);
  }
}
