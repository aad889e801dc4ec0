import type { Peer } from '../datagram.ts';
import type { Outlet } from './outlet.ts';
import { SLOT_BYTES } from './slots.ts';

/** Most datagrams of a run. */
export const RUN_LENGTH = 64;

/** Datagrams of one size from one socket to one peer, back to back: they go out in one call. */
export class Run {
  count = 0;
  #sent = 0;
  #size = 0;
  #outlet: Outlet | undefined;
  #peer: Peer | undefined;
  readonly #bytes = new Uint8Array(RUN_LENGTH * SLOT_BYTES);

  get isFull(): boolean {
    return this.count === RUN_LENGTH;
  }

  takes(outlet: Outlet, peer: Peer | undefined, size: number): boolean {
    return this.count === 0 || (outlet === this.#outlet && peer === this.#peer && size === this.#size);
  }

  /** The `size` bytes of `bytes` at `from`, which are copied. */
  add(outlet: Outlet, peer: Peer | undefined, size: number, bytes: Uint8Array, from: number): void {
    this.#outlet = outlet;
    this.#peer = peer;
    this.#size = size;
    this.#bytes.set(bytes.subarray(from, from + size), this.count * size);
    this.count++;
  }

  /** Sends what is left of it; returns how many had to be given up because their socket has been closed, -1 when there is no room. */
  send(): number {
    const outlet = this.#outlet as Outlet;
    const left = this.count - this.#sent;
    const at = this.#sent * this.#size;
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
