import type { DatagramOptions } from './datagram.ts';

/**
 * A socket for IP packets of a protocol of one's own (raw(7)); ports are 0. It sends and hears what is behind the IP header. Every socket
 * of the protocol hears every packet to its address: `only` says which of them.
 */
export interface RawOptions extends DatagramOptions {
  /** In the IP header: 253 and 254 are for experiments (RFC 3692). */
  readonly protocol: number;
  /** What the 16 bits at these offsets behind the IP header must be, in network order: the kernel passes over all else. */
  readonly only?: readonly { readonly offset: number; readonly value: number }[];
}
