import type { Batch } from '../../src/io/batch.ts';
import type { Loop } from '../../src/io/loop.ts';
import type { Connection, TransportStats } from '../../src/transports/transport.ts';

/** What becomes of messages; without a rule all are taken and arrive at once. */
export interface FakePath {
  /** How many of `offered` messages are taken now. */
  readonly take?: (offered: number, now: number) => number;
  /** The delays in ns of the copies of the message that was taken as number `index`; none: it is lost. */
  readonly fate?: (index: number, now: number) => readonly number[];
  readonly headroom?: number;
}

/** One end of a connection in virtual time. What it sends arrives at `peer`, copied before `send` returns. */
export class FakeConnection implements Connection {
  readonly local = { host: '192.0.2.1', port: 1 };
  readonly maxMessageBytes = 100_000;
  readonly headroom: number;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  /** Messages taken. */
  taken = 0;
  peer: FakeConnection | undefined;
  known: TransportStats = {};
  readonly #loop: Loop;
  readonly #path: FakePath;

  constructor(loop: Loop, path: FakePath = {}) {
    this.#loop = loop;
    this.#path = path;
    this.headroom = path.headroom ?? 4;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    const now = this.#loop.now();
    const taken = Math.min(count, this.#path.take?.(count, now) ?? count);
    for (let i = 0; i < taken; i++) {
      const at = offset + i * (this.headroom + size) + this.headroom;
      this.#carry(slab.slice(at, at + size), this.#path.fate?.(this.taken + i, now) ?? [0]);
    }
    this.taken += taken;
    return taken;
  }

  #carry(message: Uint8Array, delays: readonly number[]): void {
    for (const delay of delays) {
      this.#loop.timer(() => this.peer?.deliver(message)).arm(this.#loop.now() + delay);
    }
  }

  /** Messages that have just arrived here, as one batch; the memory is reused afterwards, as a transport's is. */
  deliver(...messages: readonly Uint8Array[]): void {
    const bytes = new Uint8Array(7 + messages.reduce((sum, { length }) => sum + length, 0));
    const [offsets, lengths] = [new Uint32Array(messages.length), new Uint32Array(messages.length)];
    let at = 7;
    for (const [i, message] of messages.entries()) {
      bytes.set(message, at);
      offsets[i] = at;
      lengths[i] = message.length;
      at += message.length;
    }
    const view = new DataView(bytes.buffer);
    this.onMessages({ bytes, view, offsets, lengths, count: messages.length, arrival: this.#loop.now() });
    bytes.fill(0xee);
  }

  close(): void {}

  abort(): void {}

  stats(): TransportStats {
    return { ...this.known };
  }

  settings(): Record<string, string> {
    return {};
  }
}
