/** Where messages lie in a buffer: parallel arrays that grow and are used again and again. */
export class Extents {
  offsets: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  lengths: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  count = 0;

  add(offset: number, length: number): void {
    if (this.count === this.offsets.length) this.#grow();
    this.offsets[this.count] = offset;
    this.lengths[this.count++] = length;
  }

  #grow(): void {
    const { offsets, lengths } = this;
    this.offsets = new Uint32Array(2 * offsets.length);
    this.lengths = new Uint32Array(2 * lengths.length);
    this.offsets.set(offsets);
    this.lengths.set(lengths);
  }
}
