import type { Address } from '../../io/address.ts';
import type { Batch } from '../../io/batch.ts';
import type { Peer } from '../../io/datagram.ts';
import type { Loop, Timer } from '../../io/loop.ts';
import { tooLarge } from '../errors.ts';
import type { Connection, TransportStats } from '../transport.ts';
import type { Engine } from './engine/engine.ts';
import { maxMessageOf, PREFIX_BYTES } from './limits.ts';
import type { Port, Waiting } from './port.ts';

/** An engine at work: brings it together with a socket and a clock. */
export class RudpConnection implements Connection, Waiting {
  readonly headroom: number = PREFIX_BYTES;
  readonly maxMessageBytes: number;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: Loop;
  readonly #port: Port;
  readonly #peer: Peer | undefined;
  readonly #release: (error?: Error) => void;
  readonly #timer: Timer;
  #engine: Engine | undefined;
  #failure: Error | undefined;
  #over = false;

  /** `release`: gives up what was held for the connection, and then calls `onClose`, not from inside itself. */
  constructor(loop: Loop, port: Port, peer: Peer | undefined, window: number, release: (error?: Error) => void) {
    this.#loop = loop;
    this.#port = port;
    this.#peer = peer;
    this.#release = release;
    this.maxMessageBytes = maxMessageOf(window);
    this.#timer = loop.timer(() => this.#due());
  }

  get local(): Address | undefined {
    return this.#port.socket.local;
  }

  /** The handshake has made an engine. */
  start(engine: Engine): void {
    this.#engine = engine;
    engine.onMessages = (batch) => this.onMessages(batch);
    engine.onWritable = () => this.onWritable();
    engine.onClosed = (error) => {
      this.#failure = error;
    };
    this.flush();
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    if (size > this.maxMessageBytes) {
      throw tooLarge('rudp', size, this.maxMessageBytes, 'a quarter of the option window, 16 MiB at most');
    }
    const engine = this.#engine;
    if (!engine || this.#over) return 0;
    const now = this.#loop.now();
    let taken = 0;
    for (;;) {
      const more = engine.send(slab, offset + taken * (PREFIX_BYTES + size), size, count - taken, now);
      taken += more;
      if (more > 0) this.flush();
      if (more === 0 || taken === count) break;
    }
    if (taken < count) this.#arm(engine, now);
    return taken;
  }

  /** One datagram that bears this connection's id; `endBatch` after the last of them. */
  receive(batch: Batch, index: number): void {
    this.#engine?.receive(batch.bytes, batch.view, batch.offsets[index], batch.lengths[index], batch.arrival);
  }

  endBatch(now: number): void {
    this.#engine?.endBatch(now);
    this.flush();
  }

  #due(): void {
    this.#engine?.onDeadline(this.#loop.now());
    this.flush();
  }

  /** Sends what may leave, and sets the alarm for what may leave later. */
  flush(): void {
    const engine = this.#engine;
    if (!engine || this.#over) return;
    const now = this.#loop.now();
    if (!this.#port.flush(engine, this.#peer, now, this)) this.#timer.cancel();
    else this.#arm(engine, now);
    if (engine.closed) this.#end(this.#failure);
  }

  #arm(engine: Engine, now: number): void {
    const deadline = engine.deadline(now);
    if (deadline < Infinity) this.#timer.arm(deadline);
    else this.#timer.cancel();
  }

  #end(error?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    this.#port.forget(this);
    this.#release(error);
  }

  onTooLarge(): void {
    this.#engine?.onTooLarge(this.#loop.now());
  }

  /** What the other end may be told again when this one is no more. */
  get farewell(): Uint8Array | undefined {
    return this.#engine?.farewell;
  }

  /** It cannot go on; nothing more is sent. No loss to one who only waits for the answer to CLOSE. */
  fail(error: Error): void {
    this.#end(this.farewell ? undefined : error);
  }

  close(): void {
    if (this.#over) return;
    if (!this.#engine) return this.#end();
    this.#engine.close(this.#loop.now());
    this.flush();
  }

  abort(): void {
    if (this.#over) return;
    this.#engine?.abort(this.#loop.now());
    this.flush();
    this.#end();
  }

  stats(): TransportStats {
    const socketDrops = this.#port.socket.drops();
    const now = this.#loop.now();
    return { ...this.#engine?.stats(now), ...(socketDrops === undefined ? {} : { socketDrops }) };
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#port.socket.settings(), ...this.#engine?.settings() };
  }
}
