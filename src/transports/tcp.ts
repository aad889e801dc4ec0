import { z } from 'zod';
import type { Address } from '../io/address.ts';
import type { Batch } from '../io/batch.ts';
import { ETHERNET_HEADER_BYTES } from '../io/headers.ts';
import type { Io } from '../io/io.ts';
import type { Loop } from '../io/loop.ts';
import type { StreamSocket } from '../io/stream.ts';
import { FRAME_HEADER_BYTES, FrameReader } from '../wire/frame.ts';
import { tooLarge } from './errors.ts';
import type { Connection, Listener, Traits, Transport, TransportStats } from './transport.ts';

const MAX_MESSAGE_BYTES = 16 << 20;
const READ_BYTES = 128 << 10;
/** Reads of one turn, so that a flood cannot keep timers waiting. */
const READS_PER_TURN = 4;
/** Without a bound the kernel would take seconds of data on a slow link, and delays would measure that buffer; costs no goodput. */
const UNSENT_LIMIT_BYTES = 16 << 10;
/** With timestamps. */
const TCP_HEADER_BYTES = 32;

const options = z.strictObject({
  cc: z.string().optional().describe("congestion control by the kernel's name, such as cubic or bbr [the host's]"),
  nodelay: z
    .union([z.boolean(), z.stringbool()], 'expected true or false')
    .default(true)
    .describe('TCP_NODELAY: send small messages at once instead of waiting to fill a segment'),
});
type TcpOptions = z.output<typeof options>;

const TRAITS: Traits = {
  reliable: true,
  ordered: true,
  framing: 'stream',
  sockets: 'stream',
  connection: true,
  congestionControl: true,
};

/** Messages over a TCP stream, each behind its length. */
export const tcp: Transport<TcpOptions> = {
  name: 'tcp',
  summary: 'the kernel’s TCP; messages are length-prefixed on the stream',
  options,
  traits: () => TRAITS,
  maxMessageBytes: () => MAX_MESSAGE_BYTES,
  wireBytes(size, mtu, ipHeaderBytes) {
    const segment = mtu - ipHeaderBytes - TCP_HEADER_BYTES;
    return ((size + FRAME_HEADER_BYTES) * (mtu + ETHERNET_HEADER_BYTES)) / segment;
  },
  listen: (io, local, given) => new TcpListener(io, local, given),
  connect: (io, remote, given) => new TcpConnection(io.loop, io.connect(remote, streamOptions(given)), false),
};

const streamOptions = ({ cc, nodelay }: TcpOptions) => ({
  nodelay,
  unsentLimitBytes: UNSENT_LIMIT_BYTES,
  ...(cc ? { congestionControl: cc } : {}),
});

class TcpConnection implements Connection {
  readonly headroom = FRAME_HEADER_BYTES;
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: Loop;
  readonly #socket: StreamSocket;
  readonly #reader = new FrameReader(READ_BYTES, MAX_MESSAGE_BYTES);
  /** The rest of a message that the socket took in part. */
  #rest: Uint8Array = new Uint8Array(new ArrayBuffer(2048));
  #restFrom = 0;
  #restTo = 0;
  #blocked = false;
  #closing = false;
  #failure: Error | undefined;

  constructor(loop: Loop, socket: StreamSocket, accepted: boolean) {
    this.#loop = loop;
    this.#socket = socket;
    if (!accepted) socket.onOpen = () => this.#closing || this.onOpen();
    socket.onReadable = () => this.#read();
    socket.onWritable = () => this.#writable();
    socket.onClose = (error) => this.onClose(this.#failure ?? error);
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    if (size > MAX_MESSAGE_BYTES) throw tooLarge('tcp', size, MAX_MESSAGE_BYTES);
    if (this.#closing || count === 0) return 0;
    this.#blocked = true;
    if (this.#restTo > this.#restFrom) return 0;
    const stride = FRAME_HEADER_BYTES + size;
    for (let i = 0, at = offset; i < count; i++, at += stride) {
      slab[at] = size;
      slab[at + 1] = size >>> 8;
      slab[at + 2] = size >>> 16;
      slab[at + 3] = size >>> 24;
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

class TcpListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #listener: ReturnType<Io['listen']>;
  readonly #connections = new Set<TcpConnection>();

  constructor(io: Io, local: Address, given: TcpOptions) {
    this.#listener = io.listen(local, streamOptions(given));
    this.#listener.onOpen = () => this.onOpen();
    this.#listener.onClose = (error) => this.onClose(error);
    this.#listener.onStream = (socket) => {
      const connection = new TcpConnection(io.loop, socket, true);
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
