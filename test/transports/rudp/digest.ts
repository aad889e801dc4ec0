import { createHash } from 'node:crypto';

const STAGED_BYTES = 1 << 14;
const LENGTH_BYTES = 4;

/** Of messages with their lengths, which are hashed many at a time: a call for each costs more than its bytes. */
export class Digest {
  readonly #hash = createHash('sha256');
  readonly #staged = Buffer.allocUnsafe(STAGED_BYTES);
  #used = 0;

  add(message: Uint8Array): void {
    if (this.#used + LENGTH_BYTES + message.length > STAGED_BYTES) this.#flush();
    this.#staged.writeUInt32LE(message.length, this.#used);
    this.#used += LENGTH_BYTES;
    if (this.#used + message.length > STAGED_BYTES) {
      this.#flush();
      this.#hash.update(message);
      return;
    }
    this.#staged.set(message, this.#used);
    this.#used += message.length;
  }

  /** Of all so far. */
  hex(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#staged.subarray(0, this.#used));
    this.#used = 0;
  }
}
