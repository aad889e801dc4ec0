import type { Clocks } from './flow.ts';

const SLOTS = 2 ** 15;
const NEVER = Number.POSITIVE_INFINITY;

/** First-in, first-out queue of times and numbers. */
class Pending {
  next = NEVER;
  readonly #time = new Float64Array(SLOTS);
  readonly #value = new Float64Array(SLOTS);
  #head = 0;
  #tail = 0;
  #last = 0;

  push(time: number, value: number): void {
    this.#last = Math.max(this.#last, time);
    this.#time[this.#tail % SLOTS] = this.#last;
    this.#value[this.#tail++ % SLOTS] = value;
    this.next = this.#time[this.#head % SLOTS];
  }

  shift(): number {
    const value = this.#value[this.#head++ % SLOTS];
    this.next = this.#head === this.#tail ? NEVER : this.#time[this.#head % SLOTS];
    return value;
  }
}

/** Takes packets in order, notes which came, and acknowledges as thinly as it was told; a gap at once when it is 3 packets old. */
export class Receiver {
  ackDeadline = NEVER;
  packets = 0;
  readonly #path: Clocks;
  readonly #ackLoss: number;
  readonly #arrivals = new Pending();
  readonly #acks = new Pending();
  readonly #came = new Uint8Array(SLOTS);
  #largest = -1;
  #unacked = 0;
  #gap = -1;
  #every = 2;
  #delay = 25e6;

  constructor(path: Clocks, ackLoss: number) {
    this.#path = path;
    this.#ackLoss = ackLoss;
  }

  get nextArrival(): number {
    return this.#arrivals.next;
  }

  get nextAck(): number {
    return this.#acks.next;
  }

  queue(at: number, packet: number): void {
    this.#arrivals.push(at, packet);
  }

  takeAck(): number {
    return this.#acks.shift();
  }

  has(packet: number): boolean {
    return this.#came[packet % SLOTS] === 1;
  }

  setFrequency(packets: number, delayNs: number): void {
    this.#every = Math.max(2, Math.min(32, Math.floor(packets)));
    this.#delay = Math.max(1e6, Math.min(5e6, delayNs));
  }

  takeArrival(): void {
    const packet = this.#arrivals.shift();
    for (let missing = this.#largest + 1; missing < packet; missing++) this.#came[missing % SLOTS] = 0;
    if (packet > this.#largest + 1 && this.#gap < 0) this.#gap = this.#largest + 1;
    this.#came[packet % SLOTS] = 1;
    this.#largest = packet;
    this.packets++;
    if (++this.#unacked >= this.#every || (this.#gap >= 0 && packet - this.#gap >= 3)) this.acknowledge();
    else if (this.#unacked === 1) this.ackDeadline = this.#path.now + this.#delay;
  }

  acknowledge(): void {
    this.ackDeadline = NEVER;
    this.#unacked = 0;
    if (this.#gap >= 0) {
      this.#gap = Math.max(this.#gap, this.#largest - 2);
      while (this.#gap <= this.#largest && this.has(this.#gap)) this.#gap++;
      if (this.#gap > this.#largest) this.#gap = -1;
    }
    if (this.#ackLoss > 0 && this.#path.random() < this.#ackLoss) return;
    this.#acks.push(this.#path.now + this.#path.oneWayNs, this.#largest);
  }
}
