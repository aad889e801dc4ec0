import { monotonicNow } from '../clock.ts';
import type { Loop, Timer } from '../loop.ts';
import { TimerQueue } from '../timers.ts';
import { Interest, type Watch } from './epoll.ts';
import { libc, PR_SET_TIMERSLACK } from './libc.ts';

/** A blocked worker hears no messages, so it looks up this often. */
const MAX_WAIT_NS = 50e6;

/** A loop on epoll(7) that blocks its thread, for worker threads: timers in microseconds instead of libuv's milliseconds. */
export class LinuxLoop implements Loop {
  onTurn: () => void = () => {};
  /** Timers due within this many ns are waited for awake: a sleeping thread wakes up some 50 us late. */
  spinNs = 0;
  readonly now: () => number = monotonicNow;
  readonly #timers = new TimerQueue();
  readonly #interest = new Interest();
  #deferred: (() => void)[] = [];
  #running = false;

  timer(callback: () => void): Timer {
    return this.#timers.timer(callback);
  }

  /** Runs `callback` at the next turn: how sockets keep events out of the call that made them. */
  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  /** `onEvents` is given what of POLLIN, POLLOUT, POLLERR and POLLHUP holds, at every turn at which something of it is wanted; the latter two always are. */
  watch(fd: number, events: number, onEvents: (ready: number) => void): Watch {
    return this.#interest.watch(fd, events, onEvents);
  }

  run(): Promise<void> {
    // The default slack of 50 us would make every paced send that late.
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    this.#running = true;
    try {
      this.#interest.open();
      while (this.#running) this.#turn();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    } finally {
      this.#interest.close();
    }
  }

  stop(): void {
    this.#running = false;
  }

  #turn(): void {
    this.onTurn();
    if (this.#deferred.length > 0) {
      const callbacks = this.#deferred;
      this.#deferred = [];
      for (const callback of callbacks) callback();
    }
    const now = this.now();
    if (this.#timers.next() <= now) this.#timers.fire(now);
    if (this.#running) this.#wait();
  }

  #wait(): void {
    const sleep = Math.min(this.#timers.next() - this.now() - this.spinNs, MAX_WAIT_NS);
    this.#interest.wait(this.#deferred.length > 0 ? 0 : sleep);
  }
}
