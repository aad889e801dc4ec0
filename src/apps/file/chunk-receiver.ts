import type { Batch } from '../../io/batch.ts';
import { Bitmap } from '../../metrics/bitmap.ts';
import { type SequenceAccount, SequenceTracker } from '../../metrics/sequence.ts';
import { HEADER_BYTES, sequenceAt, trialAt } from '../../wire/message.ts';
import { Chunking, type Cut } from './chunking.ts';
import type { FileSink } from './sink.ts';

/** Bytes of the file that did not arrive: `bytes` of them from `at` on. */
export interface Hole {
  readonly at: number;
  readonly bytes: number;
}

/** Puts chunks where they belong, in whatever order they come, and accounts for every one of them. */
export class ChunkReceiver {
  readonly chunking: Chunking;
  /** Of the file, in this transfer. */
  bytes = 0;
  /** When the last new chunk arrived. */
  lastArrival = 0;
  /** Messages that are no chunk of this file. */
  strays = 0;
  #chunks = 0;
  readonly #sink: FileSink;
  readonly #tracker = new SequenceTracker();
  readonly #arrived = new Bitmap();

  constructor(sink: FileSink, cut: Cut) {
    this.chunking = new Chunking(cut);
    this.#sink = sink;
  }

  get whole(): boolean {
    return this.#chunks === this.chunking.chunks;
  }

  /** @throws what the file system says */
  take({ bytes, view, offsets, lengths, count, arrival }: Batch): void {
    const { id, chunks } = this.chunking;
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      const length = lengths[i] - HEADER_BYTES;
      const chunk = length > 0 && trialAt(view, at) === id ? sequenceAt(view, at) : chunks;
      if (chunk >= chunks || length !== this.chunking.length(chunk)) {
        this.strays++;
        continue;
      }
      if (!this.#tracker.add(chunk, true)) continue;
      this.#arrived.add(chunk);
      this.#chunks++;
      this.bytes += length;
      this.lastArrival = arrival;
      this.#sink.write(bytes, at + HEADER_BYTES, length, this.chunking.offset(chunk));
    }
  }

  account(): SequenceAccount {
    return this.#tracker.account(0, this.chunking.chunks);
  }

  *holes(): Generator<Hole> {
    const { chunks } = this.chunking;
    for (const { from, to } of this.#arrived.absent(0, chunks)) {
      const at = this.chunking.offset(from);
      yield { at, bytes: this.chunking.offset(to - 1) + this.chunking.length(to - 1) - at };
    }
  }
}
