import type { Connection } from '../transports/transport.ts';

/** Messages of one size on their way back, in one slab: what a connection has no room for stays here until it has. */
export class Answers {
  readonly #connection: Connection;
  readonly #size: number;
  readonly #stride: number;
  #slab: Uint8Array;
  #from = 0;
  #to = 0;

  /** `few`: how many there is room for at first. */
  constructor(connection: Connection, size: number, few = 64) {
    this.#connection = connection;
    this.#size = size;
    this.#stride = connection.headroom + size;
    this.#slab = new Uint8Array(new ArrayBuffer(few * this.#stride));
  }

  add(bytes: Uint8Array, offset: number): void {
    if (this.#to + this.#stride > this.#slab.length) this.#makeRoom();
    this.#slab.set(bytes.subarray(offset, offset + this.#size), this.#to + this.#connection.headroom);
    this.#to += this.#stride;
  }

  send(): void {
    const count = (this.#to - this.#from) / this.#stride;
    if (count === 0) return;
    this.#from += this.#connection.send(this.#slab, this.#from, this.#size, count) * this.#stride;
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }

  #makeRoom(): void {
    const waiting = this.#slab.subarray(this.#from, this.#to);
    if (this.#from >= this.#slab.length / 2) this.#slab.copyWithin(0, this.#from, this.#to);
    else {
      const larger = new Uint8Array(new ArrayBuffer(2 * this.#slab.length));
      larger.set(waiting);
      this.#slab = larger;
    }
    this.#to -= this.#from;
    this.#from = 0;
  }
}
