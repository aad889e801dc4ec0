/** Jumps remembered, a power of two. */
const CAPACITY = 65_536;

/** The latest arrivals that skipped numbers: when (in arrivals) each came, and its number. Both only grow. */
export class Jumps {
  private readonly arrivals = new Float64Array(CAPACITY);
  private readonly numbers = new Float64Array(CAPACITY);
  private total = 0;

  add(arrival: number, number: number): void {
    const at = this.total++ % CAPACITY;
    this.arrivals[at] = arrival;
    this.numbers[at] = number;
  }

  /**
   * When the first arrival with a number above `number` came. It was a jump, since `number` itself was still missing;
   * if that one is forgotten, the oldest that is remembered, a later one.
   */
  firstAbove(number: number): number {
    let low = Math.max(0, this.total - CAPACITY);
    let high = this.total - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.numbers[middle % CAPACITY] > number) high = middle;
      else low = middle + 1;
    }
    return this.arrivals[low % CAPACITY];
  }
}
