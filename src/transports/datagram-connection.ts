import type { Address } from '../io/address.ts';
import type { Batch } from '../io/batch.ts';
import type { DatagramSocket, Peer } from '../io/datagram.ts';
import type { Loop } from '../io/loop.ts';
import { tooLarge } from './errors.ts';
import type { Connection, Listener, TransportStats } from './transport.ts';

/** What tells the transports apart that send each message as one datagram. */
export interface DatagramTransportKind {
  readonly name: string;
  /** Of each datagram, for the socket's own framing. */
  readonly headroom: number;
  maxMessageBytes(peer: Address): number;
  /** Behind the error for a message above that. */
  readonly remedy?: string;
}

/** Messages to and from one peer of a datagram socket. */
export class DatagramConnection implements Connection {
  readonly headroom: number;
  readonly maxMessageBytes: number;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  blocked = false;
  closed = false;
  readonly #kind: DatagramTransportKind;
  readonly #socket: DatagramSocket;
  readonly #peer: Peer;
  readonly #release: () => void;

  constructor(kind: DatagramTransportKind, socket: DatagramSocket, peer: Peer, release: () => void) {
    this.#kind = kind;
    this.#socket = socket;
    this.#peer = peer;
    this.#release = release;
    this.headroom = kind.headroom;
    this.maxMessageBytes = kind.maxMessageBytes(peer);
  }

  /** The only one of its socket, which is connected to `remote`. */
  static connecting(kind: DatagramTransportKind, socket: DatagramSocket, remote: Address): DatagramConnection {
    const connection = new DatagramConnection(kind, socket, remote, () => socket.close());
    connection.listenTo(socket);
    return connection;
  }

  protected listenTo(socket: DatagramSocket): void {
    socket.onOpen = () => this.onOpen();
    socket.onWritable = () => this.onWritable();
    socket.onDatagrams = (batch) => this.onMessages(batch);
    // Nobody listens yet, or no longer: where that is no end, there is no guarantee, and what was sent counts as lost.
    socket.onError = () => {};
    socket.onClose = (error) => this.onClose(error);
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    if (size > this.maxMessageBytes) throw tooLarge(this.#kind.name, size, this.maxMessageBytes, this.#kind.remedy);
    if (this.closed) return 0;
    const taken = this.#socket.send(slab, offset, this.headroom + size, count, this.#peer);
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

/** Makes a connection of every peer that is announced or heard: there is no handshake. */
export class DatagramListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #kind: DatagramTransportKind;
  readonly #loop: Loop;
  readonly #socket: DatagramSocket;
  readonly #connections = new Map<string, DatagramConnection>();
  /** Interned by the socket, so the usual look-up hashes no text; may still hold one that has been closed. */
  readonly #byPeer = new WeakMap<Peer, DatagramConnection>();

  constructor(kind: DatagramTransportKind, loop: Loop, socket: DatagramSocket) {
    this.#kind = kind;
    this.#loop = loop;
    this.#socket = socket;
    socket.onOpen = () => this.onOpen();
    socket.onDatagrams = (batch, peer) => this.#connectionOf(peer).onMessages(batch);
    socket.onWritable = () => this.#writable();
    socket.onClose = (error) => this.#closed(error);
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  expect(peer: Address): void {
    this.#connectionOf(peer);
  }

  #connectionOf(peer: Peer): DatagramConnection {
    const latest = this.#byPeer.get(peer);
    if (latest && !latest.closed) return latest;
    const key = `${peer.host} ${peer.port}`;
    const connection = this.#connections.get(key) ?? this.#accept(peer, key);
    this.#byPeer.set(peer, connection);
    return connection;
  }

  #accept(peer: Peer, key: string): DatagramConnection {
    const connection = new DatagramConnection(this.#kind, this.#socket, peer, () => {
      this.#connections.delete(key);
      // No event fires inside the call that causes it.
      this.#loop.timer(() => connection.onClose()).arm(0);
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
