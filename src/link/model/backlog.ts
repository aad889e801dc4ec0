import { doubled } from '../doubled.ts';

const FIRST_CAPACITY = 32;

/**
 * Counts what waits in a serialiser whose departures are known on arrival: packets by the time at which they are due, in order.
 * It goes by times alone, whenever its packets are taken.
 */
export class Backlog {
  packets = 0;
  bytes = 0;
  private mask = FIRST_CAPACITY - 1;
  private due = new Float64Array(FIRST_CAPACITY);
  private size = new Int32Array(FIRST_CAPACITY);
  private head = 0;

  add(due: number, bytes: number): void {
    if (this.packets > this.mask) this.grow();
    const at = (this.head + this.packets) & this.mask;
    this.due[at] = due;
    this.size[at] = bytes;
    this.packets++;
    this.bytes += bytes;
  }

  private grow(): void {
    this.due = doubled(this.due);
    this.size = doubled(this.size);
    this.mask = this.due.length - 1;
  }

  /** Forgets what has left by `time`, which must not go back from call to call. */
  advance(time: number): void {
    while (this.packets > 0 && this.due[this.head] <= time) {
      this.bytes -= this.size[this.head];
      this.packets--;
      this.head = (this.head + 1) & this.mask;
    }
  }
}
