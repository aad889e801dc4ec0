import type { Batch } from '../../../io/batch.ts';
import type { Loop } from '../../../io/loop.ts';
import type { Connection } from '../../../transports/transport.ts';
import { digest } from '../digest.ts';
import type { Destination } from './destination.ts';
import type { FileResult } from './events.ts';

export interface RawDownloadContext {
  readonly loop: Loop;
  readonly destination: Destination;
  ended(result: FileResult | Error): void;
}

/** Takes plain bytes until the end of the stream, as nc sends them. That end says whether the sender was done, or killed: nobody can tell. */
export class RawDownload {
  readonly #context: RawDownloadContext;
  readonly #connection: Connection;
  readonly #startedAt: number;
  #bytes = 0;
  #over = false;

  constructor(connection: Connection, context: RawDownloadContext) {
    this.#context = context;
    this.#connection = connection;
    this.#startedAt = context.loop.now();
    // What an earlier one has left is of no use: nobody says what comes.
    context.destination.truncate(0);
    connection.onMessages = (batch) => this.#take(batch);
    connection.onClose = (error) => (error ? this.stop(error) : this.#finish());
  }

  get progress(): { readonly name: string; readonly done: number } {
    return { name: this.#context.destination.path, done: this.#bytes };
  }

  #take({ bytes, offsets, lengths, count }: Batch): void {
    if (this.#over) return;
    try {
      for (let i = 0; i < count; i++) {
        this.#context.destination.sink.write(bytes, offsets[i], lengths[i], this.#bytes);
        this.#bytes += lengths[i];
      }
    } catch (error) {
      // Reset, so that the sender sees that it was not taken.
      this.#connection.abort();
      this.stop(error as Error);
    }
  }

  #finish(): void {
    const { loop, destination } = this.#context;
    if (this.#over) return;
    try {
      destination.sink.flush();
    } catch (error) {
      return this.stop(error as Error);
    }
    digest(loop, destination.sink.fd, this.#bytes, (sha256) => this.#settle(sha256));
  }

  #settle(sha256: string): void {
    const { loop, destination, ended } = this.#context;
    try {
      destination.publish();
    } catch (error) {
      return this.stop(error as Error);
    }
    this.#over = true;
    ended({
      type: 'file',
      path: destination.path,
      bytes: this.#bytes,
      arrived: this.#bytes,
      resumedFrom: 0,
      sha256,
      state: 'unverified',
      holes: 0,
      seconds: (loop.now() - this.#startedAt) / 1e9,
    });
  }

  /** What there is stays, as NAME.part. */
  stop({ message }: Error): void {
    const { destination, ended } = this.#context;
    if (this.#over) return;
    this.#over = true;
    try {
      const kept = destination.leave();
      ended(new Error(kept > 0 ? `${message}; ${destination.partPath} keeps the ${kept} bytes that came` : message));
    } catch (error) {
      ended(new Error(`${message}; ${(error as Error).message}`));
    }
  }
}
