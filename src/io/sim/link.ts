import type { DirectionProfile } from '../../link/profile.ts';
import type { DirectionAccount } from '../../record/schema.ts';
import type { Peer } from '../datagram.ts';
import type { Loop } from '../loop.ts';
import { DatagramLink } from '../shim/link.ts';
import type { Outlet } from '../shim/outlet.ts';
import { SHIM_MTU } from '../shim/sizes.ts';

export interface LinkOptions {
  /** An effective one. */
  readonly profile: DirectionProfile;
  readonly seed: number;
  /** See {@link SimLink.mtu}. */
  readonly mtu?: number;
  readonly oversize?: Oversize;
}

/**
 * What becomes of a datagram above the path's MTU: it vanishes behind the link without a word (a PMTUD black hole, RFC 2923), or its
 * `send` fails with EMSGSIZE, as where the kernel has learnt the MTU.
 */
export type Oversize = 'vanish' | 'refuse';

/** One direction of an emulated link: the bottleneck of all hosts that were given it. */
export class SimLink {
  oversize: Oversize;
  /** Datagrams that were above its MTU and have vanished; the account counts them as having left the link. */
  vanished = 0;
  #mtu = SHIM_MTU;
  readonly #link: DatagramLink;

  constructor(loop: Loop, { profile, seed, mtu = SHIM_MTU, oversize = 'vanish' }: LinkOptions) {
    this.#link = new DatagramLink(loop, profile, seed);
    this.mtu = mtu;
    this.oversize = oversize;
  }

  /** Largest IP packet, in bytes: at most the 1500 of the hosts' interfaces, and at any time another. */
  get mtu(): number {
    return this.#mtu;
  }

  /** @throws RangeError beyond 68 (RFC 791) to 1500 */
  set mtu(bytes: number) {
    if (!(bytes >= 68 && bytes <= SHIM_MTU))
      throw new RangeError(`an MTU of ${bytes}: expected 68 to ${SHIM_MTU} bytes`);
    this.#mtu = bytes;
  }

  offer(outlet: Outlet, slab: Uint8Array, offset: number, size: number, count: number, peer: Peer): void {
    this.#link.offer(outlet, slab, offset, size, count, peer);
  }

  /** The account starts with what is sent at `open` or later, in ns on the clock of the loop; its window ends at `close`. */
  window(open: number, close: number): void {
    this.#link.window(open, close);
  }

  /** Since the window opened; without one, of everything. */
  account(): DirectionAccount {
    return this.#link.account();
  }
}
