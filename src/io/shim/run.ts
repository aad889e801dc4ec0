import type { Peer } from '../datagram.ts';
import type { Outlet } from './outlet.ts';

/** Most datagrams of a run. */
export const RUN_LENGTH = 64;

/** Datagrams of one size from one socket to one peer, back to back: they go out in one call. */
export class Run {
  count = 0;
  #sent = 0;
  #size = 0;
  #outlet: Outlet | undefined;
  #peer: Peer | undefined;
  readonly #bytes: Uint8Array;
  readonly #base: number;

  /** Kept in `bytes` from `base` on. */
  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = bytes;
    this.#base = base;
  }

  get isFull(): boolean {
    return this.count === RUN_LENGTH;
  }

  takes(outlet: Outlet, peer: Peer | undefined, size: number): boolean {
    return this.count === 0 || (outlet === this.#outlet && peer === this.#peer && size === this.#size);
  }

  /** The `size` bytes at `from`, in the same memory. */
  add(outlet: Outlet, peer: Peer | undefined, size: number, from: number): void {
    this.#outlet = outlet;
    this.#peer = peer;
    this.#size = size;
    this.#bytes.copyWithin(this.#base + this.count * size, from, from + size);
    this.count++;
  }

  /** Sends what is left of it; returns how many had to be given up because their socket has been closed, -1 when there is no room. */
  send(): number {
    const outlet = this.#outlet as Outlet;
    const left = this.count - this.#sent;
    const at = this.#base + this.#sent * this.#size;
    const taken = outlet.inner.send(this.#bytes, at, this.#size, left, this.#peer);
    this.#sent += taken;
    const lost = outlet.closed ? left - taken : 0;
    outlet.gone(taken + lost);
    if (taken + lost < left) return -1;
    this.count = 0;
    this.#sent = 0;
    return lost;
  }
}
