/** Bytes as Node delivers them, read as one run. */
export class ChunkQueue {
  bytes = 0;
  readonly #chunks: Uint8Array[] = [];
  #consumed = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** Moves at most `length` bytes to `into`; returns how many. */
  read(into: Uint8Array, offset: number, length: number): number {
    let got = 0;
    while (got < length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0];
      const part = Math.min(length - got, chunk.length - this.#consumed);
      into.set(chunk.subarray(this.#consumed, this.#consumed + part), offset + got);
      got += part;
      this.#consumed += part;
      if (this.#consumed === chunk.length) {
        this.#chunks.shift();
        this.#consumed = 0;
      }
    }
    this.bytes -= got;
    return got;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#consumed = 0;
    this.bytes = 0;
  }
}
