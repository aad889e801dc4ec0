import type { Address } from '../address.ts';

/** A datagram as a {@link Tap} sees it; the bytes are valid during the call only. */
export interface SimDatagram {
  /** In ns on the clock of the loop. */
  readonly at: number;
  readonly from: Address;
  readonly to: Address;
  readonly bytes: Uint8Array;
}

/** Sees every datagram of a network, and may meddle. */
export interface Tap {
  /** It was taken from a socket and is about to enter the link. The bytes are the sender's own: not to be changed. */
  readonly sent?: (datagram: SimDatagram) => void;
  /**
   * It has left the link and is about to arrive, changed if its bytes were. Returns other bytes to arrive in its stead, or `drop`
   * for none; `SimNetwork.inject` adds more.
   */
  readonly arriving?: (datagram: SimDatagram) => Uint8Array | 'drop' | undefined;
}
