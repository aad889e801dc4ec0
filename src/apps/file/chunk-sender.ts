import type { Connection } from '../../transports/transport.ts';
import { HEADER_BYTES, writeHeader } from '../../wire/message.ts';
import type { Pacer } from '../pacer.ts';
import { Chunking, type Cut } from './chunking.ts';
import type { FileSource } from './source.ts';

/** Read at once: enough for several UDP_SEGMENT batches, small enough for the second-level cache. */
const SLAB_BYTES = 128 << 10;

/**
 * Sends a file in messages: the header that scenarios use, whose number says where in the file the bytes behind it belong.
 * However large the file, only what is sent next is in memory.
 */
export class ChunkSender {
  readonly chunking: Chunking;
  /** Number of the chunk that is sent next. */
  next = 0;
  readonly #connection: Connection;
  readonly #source: FileSource;
  readonly #stride: number;
  readonly #headroom: number;
  readonly #slab: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  /** Where chunks go in the slab. */
  readonly #places: readonly Uint8Array[];
  /** Chunks in the slab. */
  #first = 0;
  #end = 0;

  constructor(connection: Connection, source: FileSource, cut: Cut) {
    this.chunking = new Chunking(cut);
    this.#connection = connection;
    this.#source = source;
    this.#headroom = connection.headroom;
    this.#stride = connection.headroom + cut.messageBytes;
    const count = Math.max(1, Math.floor(SLAB_BYTES / this.#stride));
    // A buffer of its own: system calls are given its address.
    this.#slab = new Uint8Array(new ArrayBuffer(Math.max(64, count * this.#stride)));
    this.#view = new DataView(this.#slab.buffer);
    this.#places = Array.from({ length: count }, (_, i) => {
      const start = i * this.#stride + this.#headroom + HEADER_BYTES;
      return this.#slab.subarray(start, start + this.chunking.payloadBytes);
    });
  }

  get left(): number {
    return this.chunking.chunks - this.next;
  }

  /**
   * Sends what is due at `now` by the slots of a pacer that count from `base`; without one, some of what is left. When to be called again;
   * undefined where nothing is left, or the connection has no room and will say when it has.
   */
  sendDue(now: number, base: number, pacer?: Pacer): number | undefined {
    if (!pacer) {
      const count = this.#ready(Infinity);
      return count > 0 && this.#send(count, now, 0) === count ? now : undefined;
    }
    let due = pacer.due(now, base);
    while (due > 0) {
      const count = this.#ready(due);
      if (count === 0) return undefined;
      const taken = this.#send(count, pacer.nextSlot(), pacer.intervalNs);
      pacer.sent(taken, taken < count);
      if (taken < count) return undefined;
      due -= count;
    }
    return pacer.nextSlot();
  }

  /** How many of the next `most` chunks can be handed over at once: those that have been read and are of one size. */
  #ready(most: number): number {
    const { chunks, payloadBytes } = this.chunking;
    if (this.left === 0) return 0;
    if (this.next >= this.#end) this.#read();
    const last = chunks - 1;
    const end = this.next < last && this.chunking.length(last) < payloadBytes ? Math.min(this.#end, last) : this.#end;
    return Math.min(most, end - this.next);
  }

  #read(): void {
    const { chunks } = this.chunking;
    this.#first = this.next;
    this.#end = Math.min(chunks, this.next + this.#places.length);
    const places = this.#places.slice(0, this.#end - this.#first);
    const last = this.#end - 1;
    places[last - this.#first] = places[last - this.#first].subarray(0, this.chunking.length(last));
    this.#source.read(places, this.chunking.offset(this.#first));
  }

  /** Sends the next `count` chunks, due at `intended`, `intended + step`, ...; returns how many were taken. */
  #send(count: number, intended: number, step: number): number {
    const at = (this.next - this.#first) * this.#stride;
    for (let i = 0; i < count; i++) {
      const start = at + i * this.#stride + this.#headroom;
      writeHeader(this.#view, start, this.chunking.id, this.next + i, intended + i * step);
    }
    const size = HEADER_BYTES + this.chunking.length(this.next);
    const taken = this.#connection.send(this.#slab, at, size, count);
    this.next += taken;
    return taken;
  }
}
