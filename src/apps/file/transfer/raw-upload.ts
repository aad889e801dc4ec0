import type { Loop, Timer } from '../../../io/loop.ts';
import type { Connection } from '../../../transports/transport.ts';
import { digest } from '../digest.ts';
import type { FileSource } from '../source.ts';
import type { TransferEvent } from './events.ts';

const PIECE_BYTES = 128 << 10;

export interface RawUploadContext {
  readonly loop: Loop;
  readonly source: FileSource;
  tell(event: TransferEvent): void;
  end(error?: Error): void;
}

/** Sends a file as plain bytes and closes: what nc, or anything else that reads until the end, takes. */
export class RawUpload {
  done = 0;
  readonly #context: RawUploadContext;
  readonly #connection: Connection;
  readonly #startedAt: number;
  readonly #turn: Timer;
  readonly #piece = new Uint8Array(new ArrayBuffer(PIECE_BYTES));
  /** Of the piece: what has not been taken yet. */
  #left = 0;
  #sha256 = '';
  #closed = false;

  constructor(connection: Connection, context: RawUploadContext) {
    const { loop, source } = context;
    this.#context = context;
    this.#connection = connection;
    this.#startedAt = loop.now();
    this.#turn = loop.timer(() => this.#send());
    connection.onWritable = () => this.#turn.arm(loop.now());
    connection.onClose = (error) => this.#over(error);
    digest(loop, source.fd, source.bytes, (sha256) => {
      this.#sha256 = sha256;
      this.#turn.arm(loop.now());
    });
  }

  #send(): void {
    const { loop, source } = this.#context;
    if (this.#closed) return;
    try {
      if (this.done === source.bytes) return this.#close();
      const size = Math.min(PIECE_BYTES, source.bytes - this.done);
      if (this.#left === 0) source.read([this.#piece.subarray(0, size)], this.done);
      this.#left = size;
    } catch (error) {
      // Not in good order: whoever reads until the end would take what there is for all of it.
      this.#connection.abort();
      return this.#fail(error as Error);
    }
    if (this.#connection.send(this.#piece, 0, this.#left, 1) === 0) return;
    this.done += this.#left;
    this.#left = 0;
    this.#turn.arm(loop.now());
  }

  #close(): void {
    this.#context.source.check();
    this.#closed = true;
    this.#connection.close();
  }

  #over(error?: Error): void {
    const { source, tell, end, loop } = this.#context;
    if (error || !this.#closed) {
      const why = error?.message ?? 'the receiver has closed the connection';
      return this.#fail(new Error(`${why}, ${this.state}`));
    }
    tell({
      type: 'file',
      path: source.path,
      bytes: source.bytes,
      arrived: source.bytes,
      resumedFrom: 0,
      sha256: this.#sha256,
      state: 'unverified',
      holes: 0,
      seconds: (loop.now() - this.#startedAt) / 1e9,
    });
    end();
  }

  get state(): string {
    return `${this.done} of ${this.#context.source.bytes} bytes had been sent`;
  }

  #fail(error: Error): void {
    this.#closed = true;
    this.#turn.cancel();
    this.#context.end(error);
  }

  stop(error: Error): void {
    this.#connection.abort();
    this.#fail(error);
  }
}
