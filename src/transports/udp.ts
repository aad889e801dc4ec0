import { z } from 'zod';
import type { Address } from '../io/address.ts';
import type { Batch } from '../io/batch.ts';
import type { DatagramSocket, Peer } from '../io/datagram.ts';
import { ETHERNET_HEADER_BYTES, ipHeaderBytes, UDP_HEADER_BYTES } from '../io/headers.ts';
import type { Io } from '../io/io.ts';
import { tooLarge } from './errors.ts';
import type { Connection, Listener, Traits, Transport, TransportStats } from './transport.ts';

/** What the 16-bit length of an IPv4 packet leaves; held to over IPv6 too, so that both take the same messages. */
const MAX_DATAGRAM_BYTES = 65_507;

const options = z.strictObject({
  fragment: z
    .union([z.boolean(), z.stringbool()], 'expected true or false')
    .default(false)
    .describe('let IP cut messages above the path MTU into fragments; one lost fragment loses the message'),
});
type UdpOptions = z.output<typeof options>;

const TRAITS: Traits = {
  reliable: false,
  ordered: false,
  framing: 'datagram',
  sockets: 'datagram',
  connection: false,
  congestionControl: false,
};

/** One message, one UDP datagram; nothing is repeated, ordered or slowed down. */
export const udp: Transport<UdpOptions> = {
  name: 'udp',
  summary: 'plain UDP datagrams; no acknowledgements, no congestion control',
  options,
  traits: () => TRAITS,
  maxMessageBytes: (mtu, ipHeader, { fragment }) =>
    fragment ? MAX_DATAGRAM_BYTES : Math.min(MAX_DATAGRAM_BYTES, mtu - ipHeader - UDP_HEADER_BYTES),
  wireBytes(size, mtu, ipHeader) {
    const fragment = (mtu - ipHeader) & ~7;
    const fragments = size + UDP_HEADER_BYTES <= mtu - ipHeader ? 1 : Math.ceil((size + UDP_HEADER_BYTES) / fragment);
    return size + UDP_HEADER_BYTES + fragments * (ipHeader + ETHERNET_HEADER_BYTES);
  },
  listen: (io, local, given) => new UdpListener(io, local, given),
  connect(io, remote, given) {
    const socket = io.datagram({ remote, fragment: given.fragment });
    const connection = new UdpConnection(socket, remote, limit(io, remote, given), () => socket.close());
    socket.onOpen = () => connection.onOpen();
    socket.onWritable = () => connection.onWritable();
    socket.onDatagrams = (batch) => connection.onMessages(batch);
    // Nobody listens yet, or no longer: UDP gives no guarantee, so what was sent counts as lost.
    socket.onError = () => {};
    socket.onClose = (error) => connection.onClose(error);
    return connection;
  },
};

const limit = (io: Io, peer: Address, given: UdpOptions): number =>
  udp.maxMessageBytes(io.pathMtu(peer.host), ipHeaderBytes(peer.host), given);

class UdpConnection implements Connection {
  readonly headroom = 0;
  readonly maxMessageBytes: number;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  blocked = false;
  readonly #socket: DatagramSocket;
  readonly #peer: Peer;
  readonly #release: () => void;
  closed = false;

  constructor(socket: DatagramSocket, peer: Peer, maxMessageBytes: number, release: () => void) {
    this.#socket = socket;
    this.#peer = peer;
    this.maxMessageBytes = maxMessageBytes;
    this.#release = release;
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    if (size > this.maxMessageBytes) {
      throw tooLarge(
        'udp',
        size,
        this.maxMessageBytes,
        'the path MTU less headers; `udp fragment=true` lets IP fragment',
      );
    }
    if (this.closed) return 0;
    const taken = this.#socket.send(slab, offset, size, count, this.#peer);
    this.blocked = taken < count;
    return taken;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#release();
  }

  abort(): void {
    this.close();
  }

  stats(): TransportStats {
    const socketDrops = this.#socket.drops();
    return socketDrops === undefined ? {} : { socketDrops };
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#socket.settings(), max_message_bytes: this.maxMessageBytes };
  }
}

class UdpListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #io: Io;
  readonly #options: UdpOptions;
  readonly #socket: DatagramSocket;
  readonly #connections = new Map<string, UdpConnection>();
  /** Interned by the socket, so the usual look-up hashes no text; may still hold one that has been closed. */
  readonly #byPeer = new WeakMap<Peer, UdpConnection>();

  constructor(io: Io, local: Address, given: UdpOptions) {
    this.#io = io;
    this.#options = given;
    this.#socket = io.datagram({ local, fragment: given.fragment });
    this.#socket.onOpen = () => this.onOpen();
    this.#socket.onDatagrams = (batch, peer) => this.#connectionOf(peer).onMessages(batch);
    this.#socket.onWritable = () => this.#writable();
    this.#socket.onClose = (error) => this.#closed(error);
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  expect(peer: Address): void {
    this.#connectionOf(peer);
  }

  #connectionOf(peer: Peer): UdpConnection {
    const latest = this.#byPeer.get(peer);
    if (latest && !latest.closed) return latest;
    const key = `${peer.host} ${peer.port}`;
    const connection = this.#connections.get(key) ?? this.#accept(peer, key);
    this.#byPeer.set(peer, connection);
    return connection;
  }

  #accept(peer: Peer, key: string): UdpConnection {
    const connection = new UdpConnection(this.#socket, peer, limit(this.#io, peer, this.#options), () => {
      this.#connections.delete(key);
      // No event fires inside the call that causes it.
      this.#io.loop.timer(() => connection.onClose()).arm(0);
    });
    this.#connections.set(key, connection);
    this.onConnection(connection);
    return connection;
  }

  #writable(): void {
    for (const connection of this.#connections.values()) {
      if (!connection.blocked) continue;
      connection.blocked = false;
      connection.onWritable();
    }
  }

  #closed(error?: Error): void {
    for (const connection of this.#connections.values()) {
      connection.closed = true;
      connection.onClose(error);
    }
    this.#connections.clear();
    this.onClose(error);
  }

  close(): void {
    this.#socket.close();
  }
}
