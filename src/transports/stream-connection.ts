import type { Address } from '../io/address.ts';
import type { Batch } from '../io/batch.ts';
import type { Io } from '../io/io.ts';
import type { Loop } from '../io/loop.ts';
import type { StreamOptions, StreamSocket } from '../io/stream.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { FRAME_HEADER_BYTES, FrameReader } from '../wire/frame.ts';
import type { StreamReader } from '../wire/stream-reader.ts';
import { tooLarge } from './errors.ts';
import type { Connection, Listener, TransportStats } from './transport.ts';

export const MAX_MESSAGE_BYTES: number = 16 << 20;
const READ_BYTES = 128 << 10;
/** Reads of one turn, so that a flood cannot keep timers waiting. */
const READS_PER_TURN = 4;

/** What tells the transports on stream sockets apart. */
export interface StreamKind {
  readonly name: string;
  /** Each message behind its length, or plain bytes. */
  readonly framed: boolean;
}

/** Messages on a stream socket. */
export class StreamConnection implements Connection {
  readonly headroom: number;
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: Loop;
  readonly #socket: StreamSocket;
  readonly #reader: StreamReader;
  readonly #name: string;
  /** The rest of a message that the socket took in part. */
  #rest: Uint8Array = new Uint8Array(new ArrayBuffer(2048));
  #restFrom = 0;
  #restTo = 0;
  #blocked = false;
  #closing = false;
  #failure: Error | undefined;

  /** `among`: those of its listener, of an accepted one; it leaves them when it is over. */
  constructor(loop: Loop, socket: StreamSocket, { name, framed }: StreamKind, among?: Set<StreamConnection>) {
    this.headroom = framed ? FRAME_HEADER_BYTES : 0;
    this.#reader = framed ? new FrameReader(READ_BYTES, MAX_MESSAGE_BYTES) : new ByteReader(READ_BYTES);
    this.#name = name;
    this.#loop = loop;
    this.#socket = socket;
    if (!among) socket.onOpen = () => this.#closing || this.onOpen();
    socket.onReadable = () => this.#read();
    socket.onWritable = () => this.#writable();
    socket.onClose = (error) => {
      among?.delete(this);
      this.onClose(this.#failure ?? error);
    };
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    if (size > MAX_MESSAGE_BYTES) throw tooLarge(this.#name, size, MAX_MESSAGE_BYTES);
    if (this.#closing || count === 0) return 0;
    this.#blocked = true;
    if (this.#restTo > this.#restFrom) return 0;
    const stride = this.headroom + size;
    if (this.headroom > 0) {
      for (let i = 0, at = offset; i < count; i++, at += stride) {
        slab[at] = size;
        slab[at + 1] = size >>> 8;
        slab[at + 2] = size >>> 16;
        slab[at + 3] = size >>> 24;
      }
    }
    const length = count * stride;
    const written = this.#socket.write(slab, offset, length);
    const taken = Math.ceil(written / stride);
    if (taken * stride > written) this.#keep(slab, offset + written, offset + taken * stride);
    this.#blocked = taken < count || this.#restTo > this.#restFrom;
    return taken;
  }

  #keep(slab: Uint8Array, from: number, to: number): void {
    if (to - from > this.#rest.length) this.#rest = new Uint8Array(new ArrayBuffer(to - from));
    this.#rest.set(slab.subarray(from, to));
    this.#restFrom = 0;
    this.#restTo = to - from;
  }

  #writable(): void {
    if (this.#restTo > this.#restFrom) {
      this.#restFrom += this.#socket.write(this.#rest, this.#restFrom, this.#restTo - this.#restFrom);
      if (this.#restFrom < this.#restTo) return;
      if (this.#closing) return this.#socket.end();
    }
    if (this.#closing || !this.#blocked) return;
    this.#blocked = false;
    this.onWritable();
  }

  #read(): void {
    for (let i = 0; i < READS_PER_TURN; i++) {
      const reader = this.#reader;
      const room = reader.room;
      const got = this.#socket.read(reader.bytes, reader.end, room);
      if (got === 0) return;
      if (got < 0) return this.#ended();
      if (this.#closing) continue;
      try {
        reader.cut(got, this.#loop.now());
      } catch (error) {
        this.#failure = error as Error;
        return this.#socket.close();
      }
      if (reader.count > 0) this.onMessages(reader);
      reader.compact();
      if (got < room) return;
    }
  }

  /** The peer sends no more: that is its side of an orderly close. */
  #ended(): void {
    this.#closing = true;
    this.#socket.close();
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (!this.#socket.local) return this.#socket.close();
    if (this.#restTo === this.#restFrom) this.#socket.end();
  }

  abort(): void {
    this.#closing = true;
    this.#socket.abort();
  }

  stats(): TransportStats {
    const info = this.#socket.info();
    if (!info) return {};
    const stats: TransportStats = {
      retransmits: info.retransmits,
      srttSeconds: info.srttSeconds,
      congestionWindowBytes: info.congestionWindowBytes,
      deliveryBitsPerSecond: info.deliveryBitsPerSecond,
    };
    if (info.busySeconds > 0) {
      stats.receiveWindowLimitedRatio = info.receiveWindowLimitedSeconds / info.busySeconds;
    }
    return stats;
  }

  settings(): Record<string, string | number | boolean> {
    return this.#socket.settings();
  }
}

/** Accepts them. */
export class StreamTransportListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #listener: ReturnType<Io['listen']>;
  readonly #connections = new Set<StreamConnection>();

  constructor(io: Io, local: Address, options: StreamOptions, kind: StreamKind) {
    this.#listener = io.listen(local, options);
    this.#listener.onOpen = () => this.onOpen();
    this.#listener.onError = (error) => this.onError(error);
    this.#listener.onClose = (error) => this.onClose(error);
    this.#listener.onStream = (socket) => {
      const connection = new StreamConnection(io.loop, socket, kind, this.#connections);
      this.#connections.add(connection);
      this.onConnection(connection);
    };
  }

  get local(): Address | undefined {
    return this.#listener.local;
  }

  expect(): void {}

  close(): void {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
  }
}
