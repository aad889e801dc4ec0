import type { Address } from '../address.ts';

/** What tells the sockets apart that send and hear whole datagrams. */
export interface DatagramKind {
  /** The largest datagram, and what sets that limit, for the error. */
  readonly maxBytes: number;
  readonly limit: string;
  /** UDP_SEGMENT and UDP_GRO may be had. */
  readonly segmentation: boolean;
  /** What is heard begins with the header of an IPv4 packet. */
  readonly ipHeader: boolean;
  /** Datagrams may find a receive buffer full, and are counted then. */
  readonly drops: boolean;
  /** An empty datagram is the end of what the peer sends. */
  readonly ends: boolean;
  /** Once the peer has gone, the socket is of no more use. */
  readonly breaks: boolean;
}

/** A descriptor that is ready to be used. */
export interface OpenDatagram {
  readonly kind: DatagramKind;
  readonly local: Address;
  /** Batches may leave as one message that the kernel cuts apart. */
  readonly segmentation: boolean;
  readonly settings: Record<string, string | number | boolean>;
}
