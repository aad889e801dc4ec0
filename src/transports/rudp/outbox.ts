import type { DatagramSocket, Peer } from '../../io/datagram.ts';

/** Room for the largest batch that one system call takes, and some. */
const CAPACITY = 192 << 10;
const MAX_PACKETS = 256;
/** What a connection with a socket of its own costs that sends little: there may be thousands. */
const FIRST_BYTES = 2048;

/**
 * Packets on their way from engines to a socket, back to back, so that those of one size leave in one call (UDP_SEGMENT). All
 * connections of a socket share one: it is emptied before the next fills it, and when the socket has no room nobody may.
 */
export class Outbox {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(new ArrayBuffer(FIRST_BYTES));
  /** Where the next packet goes. */
  end = 0;
  readonly #sizes = new Uint16Array(MAX_PACKETS);
  #count = 0;
  /** Those before are the socket's. */
  #sent = 0;
  #sentBytes = 0;

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Whether the next packet may have so many bytes; makes room for them. */
  fits(size: number): boolean {
    const needed = this.end + size;
    if (this.#count === MAX_PACKETS || needed > CAPACITY) return false;
    if (needed > this.bytes.length) this.#grow(needed);
    return true;
  }

  #grow(needed: number): void {
    let length = this.bytes.length;
    while (length < needed) length *= 2;
    // A buffer of its own: system calls are given its address.
    const larger = new Uint8Array(new ArrayBuffer(Math.min(length, CAPACITY)));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }

  /** The packet of `size` bytes that has been written at `end`. */
  add(size: number): void {
    this.#sizes[this.#count++] = size;
    this.end += size;
  }

  /** Hands everything to the socket; false: it has no room for the rest, which waits for `onWritable`. */
  drain(socket: DatagramSocket, peer: Peer | undefined): boolean {
    while (this.#sent < this.#count) {
      const size = this.#sizes[this.#sent];
      let run = 1;
      while (this.#sent + run < this.#count && this.#sizes[this.#sent + run] === size) run++;
      const taken = socket.send(this.bytes, this.#sentBytes, size, run, peer);
      this.#sent += taken;
      this.#sentBytes += taken * size;
      if (taken < run) return false;
    }
    this.clear();
    return true;
  }

  clear(): void {
    this.#count = 0;
    this.#sent = 0;
    this.#sentBytes = 0;
    this.end = 0;
  }
}
