import type { Address } from './address.ts';
import type { DatagramOptions, DatagramSocket } from './datagram.ts';
import type { Loop } from './loop.ts';
import type { StreamListener, StreamOptions, StreamSocket } from './stream.ts';

/** One way to reach the network: a loop and the sockets that live on it. */
export interface Io {
  /** `sim`: in virtual time. */
  readonly name: 'linux' | 'node' | 'sim';
  readonly loop: Loop;
  datagram(options: DatagramOptions): DatagramSocket;
  /** Accepted sockets get the same options. */
  listen(local: Address, options: StreamOptions): StreamListener;
  connect(remote: Address, options: StreamOptions): StreamSocket;
  /** Largest IP packet towards `host` that needs no fragmentation, in bytes. */
  pathMtu(host: string): number;
}
