/** At most so many: a minute of the fastest loop, 8 MB. */
const MOST = 2 ** 20;

/**
 * Values of a long measurement, evenly spread over it: all of them while there are few, then every second, every fourth, ... Allocates
 * nothing per value.
 */
export class Samples {
  count = 0;
  #values = new Float64Array(1024);
  #every = 1;
  #skipped = 0;
  readonly #most: number;

  constructor(most: number = MOST) {
    this.#most = most;
  }

  add(value: number): void {
    if (++this.#skipped < this.#every) return;
    this.#skipped = 0;
    if (this.count === this.#most) this.#thin();
    if (this.count === this.#values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.count++] = value;
  }

  /** Keeps every second one. */
  #thin(): void {
    for (let i = 0; 2 * i < this.count; i++) this.#values[i] = this.#values[2 * i];
    this.count = Math.ceil(this.count / 2);
    this.#every *= 2;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.count);
  }
}
