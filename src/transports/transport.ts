import type { ZodType } from 'zod';
import type { Address } from '../io/address.ts';
import type { Batch } from '../io/batch.ts';
import type { Io } from '../io/io.ts';
import type { ConnectionLog } from './log.ts';

/** What scenarios may rely on, instead of asking for a transport's name. */
export interface Traits {
  /** Everything taken is delivered, or the connection fails. */
  readonly reliable: boolean;
  /** Messages arrive in the order sent. */
  readonly ordered: boolean;
  /**
   * A message travels whole in a datagram of its own (`datagram`), or shares packets with others and is cut where need be
   * (`stream`); `bytes`: there are no messages, what was sent together may arrive cut and joined with what was sent apart.
   */
  readonly framing: 'datagram' | 'stream' | 'bytes';
  /** The type of socket it is built on: datagrams can be impaired where there is no lab. */
  readonly sockets: 'datagram' | 'stream' | 'seqpacket' | 'raw';
  /** There is a handshake: `connect` fails when nobody listens, and takes time that is worth measuring. */
  readonly connection: boolean;
  /** It finds the path's capacity by itself, or is held back by a receiver next to it; without, the sender has to choose a rate. */
  readonly congestionControl: boolean;
}

/**
 * Whatever the transport truly knows; absent otherwise, never 0. Counts are over the life of the connection, the others
 * are of the moment.
 */
export interface TransportStats {
  /** Segments, or packets' worth of data, that were sent again. */
  retransmits?: number;
  /** Of these, those that turned out to have been needless: the first copy had arrived, or arrived later. */
  spuriousRetransmits?: number;
  srttSeconds?: number;
  /** The least round trip of the time that the transport looks back. */
  minRttSeconds?: number;
  congestionWindowBytes?: number;
  /** What the pacer lets leave, of all bytes that the transport counts as sent. */
  pacingBitsPerSecond?: number;
  deliveryBitsPerSecond?: number;
  /** Sent, and neither acknowledged nor given up. */
  bytesInFlight?: number;
  /** Packets of the transport, whatever is in them. */
  packetsSent?: number;
  /** By the sender; some may have arrived all the same. */
  packetsDeclaredLost?: number;
  /** Packets, or frames in them, that acknowledge: sent by this end, and taken from the other. */
  acksSent?: number;
  acksReceived?: number;
  /** Share of the busy time in [0, 1] during which the peer's window held data back. */
  receiveWindowLimitedRatio?: number;
  /** Messages that the receiving socket had no room for. */
  socketDrops?: number;
}

/** No event fires inside the call that made the connection. */
export interface Connection {
  /** Undefined until `onOpen`. */
  readonly local: Address | undefined;
  /** Bytes to leave free before each message of a slab: the transport writes its own framing there. */
  readonly headroom: number;
  /** Known once open. */
  readonly maxMessageBytes: number;
  /** Ready to send. */
  onOpen: () => void;
  onMessages: (batch: Batch) => void;
  /** After a `send` that took less than it was given. */
  onWritable: () => void;
  /** Once, last of all; with the error when the connection failed. */
  onClose: (error?: Error) => void;
  /**
   * Sends `count` messages of `size` bytes. In `slab`, from `offset`, each stands behind its headroom: message i
   * starts at `offset + i * (headroom + size) + headroom`. Returns how many were taken; number the rest again before they are offered
   * again. The slab may be reused at once.
   */
  send(slab: Uint8Array, offset: number, size: number, count: number): number;
  /** Orderly: what was taken is still delivered where the transport can. */
  close(): void;
  /** At once, leaving nothing behind that would still put packets on the path; what was under way may be lost. */
  abort(): void;
  stats(): TransportStats;
  /** What is in force on the socket, for the record. */
  settings(): Record<string, string | number | boolean>;
}

export interface Listener {
  /** Undefined until `onOpen`. */
  readonly local: Address | undefined;
  onOpen: () => void;
  onConnection: (connection: Connection) => void;
  /** A problem that leaves it open, such as too many open files: clients wait meanwhile. Where it can have one. */
  onError?: (error: Error) => void;
  onClose: (error?: Error) => void;
  /**
   * Announces a client that has opened at `peer`, so that a transport without a handshake can make its connection before
   * the first message; those with one may ignore it.
   */
  expect(peer: Address): void;
  /** Closes the listener and the connections that it accepted. */
  close(): void;
}

/** A way to move messages. One file each; third parties pass theirs through `defineTransport` in `bench.config.ts`. */
export interface Transport<O = Record<string, unknown>> {
  readonly name: string;
  readonly summary: string;
  /** Options that may stand after the name (`tcp cc=bbr`), with their defaults. */
  readonly options: ZodType<O>;
  /** What it promises with these options. */
  traits(options: O): Traits;
  /** Its connections tell of their events, given a log. */
  readonly logs?: true;
  /**
   * The only kind of path that it can be used on, where it is not any: between two processes of one network namespace, or in a lab. On the
   * former it has names instead of numeric addresses: `listen` chooses one, unless it is given one that begins with `@`.
   */
  readonly only?: 'loopback' | 'lab';
  /** The only `Io` that has its sockets, where it is not any. */
  readonly io?: 'linux';
  /** The same transport without its own framing, for whoever frames by himself: its connections carry plain bytes (`framing` is `bytes`). */
  readonly unframed?: Transport<O>;
  /** The largest message on a path of this MTU, as `Connection.maxMessageBytes` will say. */
  maxMessageBytes(mtu: number, ipHeaderBytes: number, options: O): number;
  /** Bytes that a message of `size` bytes takes on the wire in a long stream, Ethernet headers included, at least. */
  wireBytes(size: number, mtu: number, ipHeaderBytes: number, options: O): number;
  /** `log`: takes the events of all connections that the listener accepts. */
  listen(io: Io, local: Address, options: O, log?: ConnectionLog): Listener;
  connect(io: Io, remote: Address, options: O, log?: ConnectionLog): Connection;
}
