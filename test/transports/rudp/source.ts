import type { SimLoop } from '../../../src/io/sim/loop.ts';
import type { Connection } from '../../../src/transports/transport.ts';
import { Digest } from './digest.ts';
import type { Messages } from './messages.ts';

const SLAB_BYTES = 64 << 10;

export interface SourceOptions {
  /** Absent: the same `messageBytes` bytes over and over, and no digest. */
  readonly messages?: Messages;
  readonly messageBytes?: number;
  readonly count: number;
  /** One message every so often, whatever the connection has taken; absent: as fast as it takes them. */
  readonly everyNs?: number;
  /** The last one has been taken. */
  readonly onDone: () => void;
}

/** Gives messages to a connection. */
export class Source {
  taken = 0;
  /** Messages that were due while the connection took none, and are lost for it; with `everyNs` only. */
  refused = 0;
  /** When each was taken, where there are `messages`. */
  readonly takenAt: number[] = [];
  readonly digest: Digest = new Digest();
  readonly #options: SourceOptions;
  readonly #loop: SimLoop;
  readonly #connection: Connection;
  readonly #turn;
  readonly #slab: Uint8Array;
  readonly #stride: number;
  #over = false;

  constructor(loop: SimLoop, connection: Connection, options: SourceOptions) {
    this.#options = options;
    this.#loop = loop;
    this.#connection = connection;
    const { messages, messageBytes = 0 } = options;
    this.#stride = connection.headroom + (messages ? Math.max(...messages.sizes) : messageBytes);
    this.#slab = new Uint8Array(new ArrayBuffer(Math.max(SLAB_BYTES, this.#stride)));
    this.#turn = loop.timer(() => this.#go());
  }

  start(): void {
    if (this.#options.everyNs === undefined) this.#connection.onWritable = () => this.#turn.arm(this.#loop.now());
    this.#turn.arm(this.#loop.now());
  }

  stop(): void {
    this.#over = true;
    this.#turn.cancel();
  }

  #go(): void {
    const { everyNs, count, onDone } = this.#options;
    if (everyNs === undefined) {
      if (this.#offer()) this.#turn.arm(this.#loop.now());
    } else {
      const before = this.taken;
      this.#send(1);
      if (this.taken === before) this.refused++;
      this.#turn.arm(this.#loop.now() + everyNs);
    }
    if (this.taken < count || this.#over) return;
    this.stop();
    onDone();
  }

  /** As many as fit into the slab; true: all of them were taken. */
  #offer(): boolean {
    const { messages, count } = this.#options;
    const same = !messages || messages.sizes.length === 1;
    const most = same ? Math.floor(this.#slab.length / this.#stride) : 1;
    return this.#send(Math.min(most, count - this.taken));
  }

  #send(count: number): boolean {
    const { messages, messageBytes = 0 } = this.#options;
    const { headroom } = this.#connection;
    const size = messages ? messages.size(this.taken) : messageBytes;
    const stride = headroom + size;
    for (let i = 0; messages && i < count; i++) messages.write(this.taken + i, this.#slab, i * stride + headroom);
    const taken = this.#connection.send(this.#slab, 0, size, count);
    for (let i = 0; messages && i < taken; i++) {
      const at = i * stride + headroom;
      this.digest.add(this.#slab.subarray(at, at + size));
      this.takenAt.push(this.#loop.now());
    }
    this.taken += taken;
    return taken === count;
  }
}
