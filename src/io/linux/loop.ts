import { monotonicNow } from '../clock.ts';
import type { Loop, Timer } from '../loop.ts';
import { TimerQueue } from '../timers.ts';
import { addressOf, EINTR, errno, libc, memory, PR_SET_TIMERSLACK, systemError } from './libc.ts';

/** A blocked worker hears no messages, so it looks up this often. */
const MAX_WAIT_NS = 50e6;

/** A file descriptor in the poll set. */
export interface Watched {
  readonly fd: number;
  /** POLLIN | POLLOUT as wanted now; read at every turn. */
  events: number;
  /** The loop's own mark. */
  watched: boolean;
  onEvents(ready: number): void;
}

/** A ppoll(2) loop that blocks its thread, for worker threads: timers in microseconds instead of libuv's milliseconds. */
export class LinuxLoop implements Loop {
  onTurn: () => void = () => {};
  /** Timers due within this many ns are waited for awake: a sleeping thread wakes up some 50 us late. */
  spinNs = 0;
  readonly now: () => number = monotonicNow;
  readonly #timers = new TimerQueue();
  readonly #watched: Watched[] = [];
  readonly #polled: Watched[] = [];
  #deferred: (() => void)[] = [];
  #pollSet = memory(8 * 16);
  #pollView = new DataView(this.#pollSet.buffer);
  #pollAddress = addressOf(this.#pollSet);
  readonly #timeout = memory(16);
  readonly #timeoutView = new DataView(this.#timeout.buffer);
  readonly #timeoutAddress = addressOf(this.#timeout);
  #running = false;

  timer(callback: () => void): Timer {
    return this.#timers.timer(callback);
  }

  /** Runs `callback` at the next turn: how sockets keep events out of the call that made them. */
  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  watch(watched: Watched): void {
    this.#watched.push(watched);
    watched.watched = true;
    if (this.#watched.length * 8 > this.#pollSet.length) {
      this.#pollSet = memory(this.#pollSet.length * 2);
      this.#pollView = new DataView(this.#pollSet.buffer);
      this.#pollAddress = addressOf(this.#pollSet);
    }
  }

  unwatch(watched: Watched): void {
    const index = this.#watched.indexOf(watched);
    if (index < 0) return;
    watched.watched = false;
    const last = this.#watched.pop() as Watched;
    if (last !== watched) this.#watched[index] = last;
  }

  run(): Promise<void> {
    // The default slack of 50 us would make every paced send that late.
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    this.#running = true;
    try {
      while (this.#running) this.#turn();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
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
    if (this.#running) this.#poll();
  }

  #poll(): void {
    const count = this.#watched.length;
    for (let i = 0; i < count; i++) {
      const watched = this.#watched[i];
      this.#polled[i] = watched;
      this.#pollView.setInt32(8 * i, watched.fd, true);
      this.#pollView.setInt32(8 * i + 4, watched.events, true);
    }
    const sleep = Math.min(this.#timers.next() - this.now() - this.spinNs, MAX_WAIT_NS);
    this.#timeoutView.setUint32(8, this.#deferred.length > 0 ? 0 : Math.max(0, sleep), true);
    const ready = libc.ppoll(this.#pollAddress, count, this.#timeoutAddress, 0);
    if (ready < 0 && errno() !== EINTR) throw systemError('ppoll');
    for (let i = 0, left = ready; i < count && left > 0; i++) {
      const events = this.#pollView.getUint16(8 * i + 6, true);
      if (events === 0) continue;
      left--;
      // An earlier handler may have closed this one.
      if (this.#polled[i].watched) this.#polled[i].onEvents(events);
    }
  }
}
