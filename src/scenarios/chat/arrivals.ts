/**
 * When each of many clients is to send: a renewal process per client, merged. Clients stand in a binary heap by their next time, which
 * is read and moved on without allocation. One whose transport has no room is set aside, its time standing still, and put back later.
 */
export class Arrivals {
  readonly #times: Float64Array;
  readonly #heap: Int32Array;
  #count = 0;
  readonly #gap: () => number;

  /** `first` and `gap`: ns from the base to a client's first message, and from one message to the next. */
  constructor(clients: number, base: number, first: () => number, gap: () => number) {
    this.#times = new Float64Array(clients);
    this.#heap = new Int32Array(clients);
    this.#gap = gap;
    for (let client = 0; client < clients; client++) {
      this.#times[client] = base + first();
      this.putBack(client);
    }
  }

  /** Of the next message of all; Infinity where no client is left. */
  get time(): number {
    return this.#count > 0 ? this.#times[this.#heap[0]] : Infinity;
  }

  /** Whose it is. */
  get client(): number {
    return this.#heap[0];
  }

  timeOf(client: number): number {
    return this.#times[client];
  }

  /** That message is done with: on to the client's next one. */
  advance(): void {
    this.#times[this.#heap[0]] += this.#gap();
    this.#down(0);
  }

  /** Takes out the client whose message is next. */
  setAside(): void {
    this.#heap[0] = this.#heap[--this.#count];
    if (this.#count > 0) this.#down(0);
  }

  putBack(client: number): void {
    let at = this.#count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[this.#heap[parent]] <= this.#times[client]) break;
      this.#heap[at] = this.#heap[parent];
      at = parent;
    }
    this.#heap[at] = client;
  }

  /** How many of a client's messages are due before `end`; its times move on beyond it. */
  skip(client: number, end: number): number {
    let count = 0;
    for (; this.#times[client] < end; count++) this.#times[client] += this.#gap();
    return count;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const times = this.#times;
    const client = heap[from];
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && times[heap[child + 1]] < times[heap[child]]) child++;
      if (times[client] <= times[heap[child]]) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = client;
  }
}

/** Draws of the gaps between messages, `meanNs` on average. */
export function gaps(
  kind: 'poisson' | 'constant',
  meanNs: number,
  random: () => number,
): { first: () => number; gap: () => number } {
  const exponential = (): number => -meanNs * Math.log(1 - random());
  return kind === 'poisson'
    ? { first: exponential, gap: exponential }
    : { first: () => random() * meanNs, gap: () => meanNs };
}
