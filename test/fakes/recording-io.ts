import type { Address } from '../../src/io/address.ts';
import type { Batch } from '../../src/io/batch.ts';
import type { DatagramOptions, DatagramSocket, Peer } from '../../src/io/datagram.ts';
import type { Io } from '../../src/io/io.ts';
import { LINUX_ONLY } from '../../src/io/linux-only.ts';
import { SimLoop } from '../../src/io/sim/loop.ts';

/** A datagram as the socket was given it, and when. */
export interface Sent {
  readonly at: number;
  readonly payload: Uint8Array;
  readonly peer: Peer | undefined;
  /** The call that it came in. */
  readonly call: number;
}

/** A socket in virtual time that writes down what it is given to send, as far as it has room. */
export class RecordingSocket implements DatagramSocket {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  /** Datagrams that it takes before it is full. */
  room = Infinity;
  closed = false;
  readonly options: DatagramOptions;
  readonly sent: Sent[] = [];
  readonly #loop: SimLoop;
  #calls = 0;

  constructor(loop: SimLoop, options: DatagramOptions, host: string) {
    this.#loop = loop;
    this.options = options;
    loop.after(0, () => {
      if (this.closed) return;
      this.local = options.local ?? { host, port: 1 };
      this.onOpen();
    });
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (this.closed || !this.local) return 0;
    const taken = Math.min(count, this.room);
    this.#calls++;
    for (let i = 0; i < taken; i++) {
      const payload = slab.slice(offset + i * size, offset + (i + 1) * size);
      this.sent.push({ at: this.#loop.now(), payload, peer, call: this.#calls });
    }
    this.room -= taken;
    return taken;
  }

  /** Has room for `datagrams` again, and says so. */
  makeRoom(datagrams = Infinity): void {
    this.room = datagrams;
    this.onWritable();
  }

  drops(): undefined {
    return undefined;
  }

  settings(): Record<string, string> {
    return { batching: 'none' };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#loop.after(0, () => this.onClose());
  }
}

/** An `Io` of recording sockets, in the order in which they were made. */
export class RecordingIo implements Io {
  readonly name = 'node';
  readonly loop = new SimLoop(1e9);
  readonly sockets: RecordingSocket[] = [];
  readonly #host: string;

  constructor(host = '127.0.0.1') {
    this.#host = host;
  }

  datagram(options: DatagramOptions): RecordingSocket {
    const socket = new RecordingSocket(this.loop, options, this.#host);
    this.sockets.push(socket);
    return socket;
  }

  listen(): never {
    throw new Error('there are no streams here');
  }

  connect(): never {
    throw new Error('there are no streams here');
  }

  readonly listenSeqpacket = LINUX_ONLY.listenSeqpacket;
  readonly connectSeqpacket = LINUX_ONLY.connectSeqpacket;
  readonly raw = LINUX_ONLY.raw;

  pathMtu(): number {
    return 65_536;
  }
}
