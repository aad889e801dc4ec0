import { connect, type Socket } from 'node:net';
import type { Address } from '../address.ts';
import type { StreamOptions, StreamSocket } from '../stream.ts';
import { ChunkQueue } from './chunks.ts';
import { familyOf } from './family.ts';
import type { NodeLoop } from './loop.ts';

/** Taken beyond what the kernel took: enough to keep it busy, little enough to keep delay and memory bounded. */
const WRITE_AHEAD_BYTES = 256 * 1024;
/** Read ahead of the reader; the kernel's buffer fills up behind it. */
const READ_AHEAD_BYTES = 256 * 1024;
/** How long a closed socket may still try to hand over what it took. */
const LINGER_MS = 2000;

export function connectStream(loop: NodeLoop, remote: Address, options: StreamOptions): StreamSocket {
  const { host, port } = remote;
  familyOf(host);
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: options.nodelay !== false });
  const stream = new NodeStreamSocket(loop, socket, options);
  stream.remote = remote;
  socket.once('connect', () => stream.connected());
  return stream;
}

export class NodeStreamSocket implements StreamSocket {
  local: Address | undefined;
  remote: Address | undefined;
  onOpen: () => void = () => {};
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: NodeLoop;
  readonly #socket: Socket;
  readonly #nodelay: boolean;
  readonly #chunks = new ChunkQueue();
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #ended = false;
  #peerEnded = false;
  #endTold = false;
  #gone = false;
  #blocked = false;
  #readableDue = false;
  #error: Error | undefined;

  constructor(loop: NodeLoop, socket: Socket, options: StreamOptions) {
    this.#loop = loop;
    this.#socket = socket;
    this.#nodelay = options.nodelay !== false;
    socket.on('data', (chunk) => this.#arrived(chunk));
    socket.on('end', () => this.#arrivedEnd());
    socket.on('drain', () => this.#drained());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => {
      this.#gone = true;
      this.#loop.deliver(this.#finishIfOver);
    });
  }

  connected(): void {
    this.#opened();
    this.#loop.deliver(() => this.#state === 'open' && this.onOpen());
  }

  /** For a socket that a listener accepted paused. */
  accepted(): void {
    this.#opened();
    this.#socket.resume();
  }

  #opened(): void {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket;
    if (localAddress !== undefined && localPort !== undefined) this.local = { host: localAddress, port: localPort };
    if (remoteAddress !== undefined && remotePort !== undefined)
      this.remote = { host: remoteAddress, port: remotePort };
    if (this.#state === 'opening') this.#state = 'open';
  }

  #arrived(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#chunks.push(chunk);
    if (this.#chunks.bytes >= READ_AHEAD_BYTES) this.#socket.pause();
    this.#announce();
  }

  #arrivedEnd(): void {
    this.#peerEnded = true;
    this.#announce();
  }

  #announce(): void {
    if (this.#readableDue) return;
    this.#readableDue = true;
    this.#loop.deliver(this.#deliverReadable);
  }

  /** Again at every turn until `read` has answered 0 or -1. */
  readonly #deliverReadable = (): void => {
    this.#readableDue = false;
    if (this.#state !== 'open' || !this.#unread) return;
    this.onReadable();
    if (!this.#unread || this.#readableDue) return;
    this.#readableDue = true;
    this.#loop.defer(this.#deliverReadable);
  };

  get #unread(): boolean {
    return this.#chunks.bytes > 0 || (this.#peerEnded && !this.#endTold);
  }

  #drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#loop.deliver(() => this.#state === 'open' && !this.#ended && this.onWritable());
  }

  write(bytes: Uint8Array, offset: number, length: number): number {
    if (this.#state !== 'open' || this.#ended || this.#gone) return 0;
    // Piece by piece until something has to wait: only then will there be a 'drain'.
    let taken = 0;
    while (taken < length && this.#socket.writableLength < WRITE_AHEAD_BYTES) {
      const piece = Math.min(length - taken, WRITE_AHEAD_BYTES - this.#socket.writableLength);
      this.#socket.write(Buffer.from(bytes.subarray(offset + taken, offset + taken + piece)));
      taken += piece;
    }
    if (taken < length) this.#blocked = true;
    return taken;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    if (this.#state !== 'open') return 0;
    const got = this.#chunks.read(into, offset, length);
    if (got > 0) {
      if (this.#socket.isPaused() && this.#chunks.bytes < READ_AHEAD_BYTES / 2) this.#socket.resume();
      return got;
    }
    if (!this.#peerEnded) return 0;
    if (!this.#endTold) this.#loop.defer(this.#finishIfOver);
    this.#endTold = true;
    return -1;
  }

  /** Both ways have ended and the reader knows it, or the connection broke. */
  readonly #finishIfOver = (): void => {
    if (this.#state === 'closed' || !this.#gone) return;
    if (this.#unread && this.#error === undefined) return;
    this.#state = 'closed';
    this.#chunks.clear();
    this.onClose(this.#error);
  };

  end(): void {
    if (this.#state !== 'open') return;
    this.#ended = true;
    this.#socket.end();
  }

  close(): void {
    if (this.#state === 'closed') return;
    const connecting = this.#state === 'opening';
    this.#state = 'closed';
    this.#chunks.clear();
    if (connecting) this.#socket.destroy();
    else this.#destroyOnceSent();
    this.#loop.defer(() => this.onClose());
  }

  abort(): void {
    if (this.#state === 'closed') return;
    const connecting = this.#state === 'opening';
    this.#state = 'closed';
    this.#chunks.clear();
    if (connecting) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    this.#loop.defer(() => this.onClose());
  }

  #destroyOnceSent(): void {
    const socket = this.#socket;
    socket.resume();
    socket.destroySoon();
    if (!socket.destroyed) setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  /** Undefined: Node does not tell. */
  info(): undefined {
    return undefined;
  }

  settings(): Record<string, string | number | boolean> {
    return { nodelay: this.#nodelay };
  }
}
