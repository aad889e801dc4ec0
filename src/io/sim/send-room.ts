/**
 * The room in the send buffer of a socket: what was sent leaves it at the speed of the host's interface, behind which the link takes
 * everything at once.
 */
export class SendRoom {
  readonly #limit: number;
  readonly #nsPerByte: number;
  /** When the buffer will be empty. */
  #emptyAt = -Infinity;

  constructor(limitBytes: number, bitsPerSecond: number) {
    this.#limit = limitBytes;
    this.#nsPerByte = 8e9 / bitsPerSecond;
  }

  /** How many of `count` datagrams of `size` bytes there is room for at `now`: one at least when the buffer is empty. Takes it. */
  take(now: number, size: number, count: number): number {
    const start = Math.max(now, this.#emptyAt);
    const free = this.#limit - (start - now) / this.#nsPerByte;
    const fitting = size > 0 ? Math.floor(free / size) : count;
    const taken = Math.min(count, Math.max(fitting, start === now ? 1 : 0));
    this.#emptyAt = start + taken * size * this.#nsPerByte;
    return taken;
  }

  /** When half of it is free, and `size` bytes: like the kernel, no sooner does it call a socket writable. */
  writableAt(size: number): number {
    const needed = Math.min(this.#limit, Math.max(this.#limit / 2, size));
    // Beyond the rounding of `take`, which has to find that room.
    return Math.ceil(this.#emptyAt - (this.#limit - needed) * this.#nsPerByte) + 1;
  }
}
