import type { Address } from './address.ts';
import type { DatagramOptions, DatagramSocket } from './datagram.ts';
import type { Loop } from './loop.ts';
import type { RawOptions } from './raw.ts';
import type { SeqpacketListener, SeqpacketSocket } from './seqpacket.ts';
import type { StreamListener, StreamOptions, StreamSocket } from './stream.ts';

/** One way to reach the network: a loop and the sockets that live on it. */
export interface Io {
  /** `sim`: in virtual time. */
  readonly name: 'linux' | 'node' | 'sim';
  readonly loop: Loop;
  /** UDP, or AF_UNIX where the address says so. */
  datagram(options: DatagramOptions): DatagramSocket;
  /** TCP, or AF_UNIX where the address says so. Accepted sockets get the same options. */
  listen(local: Address, options: StreamOptions): StreamListener;
  connect(remote: Address, options: StreamOptions): StreamSocket;
  /** Of AF_UNIX. `linux` alone has these, and raw sockets and AF_UNIX altogether: the others throw a UserError that says so. */
  listenSeqpacket(local: Address): SeqpacketListener;
  connectSeqpacket(remote: Address): SeqpacketSocket;
  /** Needs CAP_NET_RAW: EPERM closes the socket without. */
  raw(options: RawOptions): DatagramSocket;
  /** Largest IP packet towards `host` that needs no fragmentation, in bytes. */
  pathMtu(host: string): number;
}
