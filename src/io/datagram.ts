import type { Address } from './address.ts';
import type { Batch } from './batch.ts';

/**
 * The far end of a datagram, interned by its socket: equal sources are the same object, until it has heard {@link MAX_PEERS} of them and
 * forgets them all, so that forged sources cost no memory without end.
 */
export type Peer = Address;

export const MAX_PEERS = 16_384;

export interface DatagramOptions {
  /** Where to bind; port 0 picks a free one. Absent: any free port of the remote's family. */
  readonly local?: Address;
  /** Connects the socket: only this peer is heard, and it is the default destination. */
  readonly remote?: Address;
  /** Asked of the kernel; `settings()` says what was granted. */
  readonly receiveBufferBytes?: number;
  readonly sendBufferBytes?: number;
  /** Let IP fragment what exceeds the path MTU. Default false. */
  readonly fragment?: boolean;
}

/** No event fires inside the call that made the socket. */
export interface DatagramSocket {
  /** Undefined until `onOpen`. */
  readonly local: Address | undefined;
  onOpen: () => void;
  /** All datagrams of a batch come from `peer`. */
  onDatagrams: (batch: Batch, peer: Peer) => void;
  /** After a `send` that took less than it was given. */
  onWritable: () => void;
  /** A problem that leaves the socket open, such as an unreachable port (ECONNREFUSED). */
  onError: (error: Error) => void;
  /** Once, last of all; with the error when the socket could not be opened or broke. */
  onClose: (error?: Error) => void;
  /**
   * Sends `count` datagrams of `size` bytes that lie back to back in `slab` from `offset`; returns how many the kernel
   * took. They leave as single datagrams in this order, however they were handed over. The slab may be reused at once.
   * One that is too large for the path (EMSGSIZE) is lost: it counts as taken, and `onError` tells. 0 after `close`.
   * @throws RangeError when `size` exceeds 65,507, the most that UDP over IPv4 can carry.
   */
  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number;
  /** Datagrams that found the receive buffer full; undefined where the platform does not tell. */
  drops(): number | undefined;
  /** What is in force: `send_buffer_bytes`, `receive_buffer_bytes`, `batching` (udp_segment, sendmmsg, none). */
  settings(): Record<string, string | number | boolean>;
  close(): void;
}
