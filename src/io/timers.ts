import type { Timer } from './loop.ts';

const IDLE = -1;
/** Armed for a time already past while timers were being fired: waits for the next round. */
const LATE = -2;

/**
 * The armed timers of a loop, in a binary heap ordered by time and then by arming. Every timer knows its own place in
 * the heap, so that arming, re-arming and cancelling cost O(log n) and allocate nothing.
 */
export class TimerQueue {
  readonly #heap: QueuedTimer[] = [];
  readonly #late: QueuedTimer[] = [];
  readonly #onEarlier: () => void;
  #armings = 0;
  #firing = -Infinity;

  /** `onEarlier` is called when a timer was armed that is due before all others. */
  constructor(onEarlier: () => void = () => {}) {
    this.#onEarlier = onEarlier;
  }

  timer(callback: () => void): Timer {
    return new QueuedTimer(this, callback);
  }

  /** When the earliest timer is due, in ns; Infinity when none is armed. */
  next(): number {
    return this.#heap.length > 0 ? this.#heap[0].time : Infinity;
  }

  /**
   * Fires everything due at `now`. A timer that a callback arms for `now` or earlier waits for the next call, so that one
   * that always re-arms itself for the past cannot hold the loop. What a callback throws is thrown on, the rest stays armed.
   */
  fire(now: number): void {
    const heap = this.#heap;
    this.#firing = now;
    try {
      while (heap.length > 0 && heap[0].time <= now) {
        const timer = heap[0];
        this.#remove(timer);
        timer.callback();
      }
    } finally {
      this.#firing = -Infinity;
      for (const timer of this.#late) if (timer.index === LATE) this.#push(timer);
      this.#late.length = 0;
    }
  }

  arm(timer: QueuedTimer, ns: number): void {
    if (Number.isNaN(ns))
      throw new RangeError('a timer was armed for NaN: expected nanoseconds on the clock of the loop');
    if (timer.index >= 0) this.#remove(timer);
    timer.time = ns;
    timer.order = this.#armings++;
    if (ns > this.#firing) {
      this.#push(timer);
      if (timer.index === 0) this.#onEarlier();
    } else if (timer.index === IDLE) {
      timer.index = LATE;
      this.#late.push(timer);
    }
  }

  cancel(timer: QueuedTimer): void {
    if (timer.index >= 0) this.#remove(timer);
    timer.index = IDLE;
  }

  #push(timer: QueuedTimer): void {
    this.#heap.push(timer);
    this.#up(timer, this.#heap.length - 1);
  }

  #remove(timer: QueuedTimer): void {
    const heap = this.#heap;
    const hole = timer.index;
    const last = heap.pop() as QueuedTimer;
    timer.index = IDLE;
    if (last === timer) return;
    if (hole > 0 && before(last, heap[(hole - 1) >> 1])) this.#up(last, hole);
    else this.#down(last, hole);
  }

  #up(timer: QueuedTimer, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent])) break;
      this.#place(heap[parent], at);
      at = parent;
    }
    this.#place(timer, at);
  }

  #down(timer: QueuedTimer, from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], timer)) break;
      this.#place(heap[child], at);
      at = child;
    }
    this.#place(timer, at);
  }

  #place(timer: QueuedTimer, at: number): void {
    this.#heap[at] = timer;
    timer.index = at;
  }
}

/** `index` is its place in the heap, or IDLE, or LATE. */
class QueuedTimer implements Timer {
  time = 0;
  order = 0;
  index = IDLE;
  readonly callback: () => void;
  readonly #queue: TimerQueue;

  constructor(queue: TimerQueue, callback: () => void) {
    this.#queue = queue;
    this.callback = callback;
  }

  arm(ns: number): void {
    this.#queue.arm(this, ns);
  }

  cancel(): void {
    this.#queue.cancel(this);
  }
}

function before(a: QueuedTimer, b: QueuedTimer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
