/**
 * Counts what waits in a serialiser whose departures are known on arrival: packets by the time at which they are due, in order.
 * It goes by times alone, whenever its packets are taken.
 */
export class Backlog {
  packets = 0;
  bytes = 0;
  private readonly mask: number;
  private readonly due: Float64Array;
  private readonly size: Int32Array;
  private head = 0;

  constructor(capacity: number) {
    const length = 2 ** Math.ceil(Math.log2(Math.max(capacity, 2)));
    this.mask = length - 1;
    this.due = new Float64Array(length);
    this.size = new Int32Array(length);
  }

  add(due: number, bytes: number): void {
    const at = (this.head + this.packets) & this.mask;
    this.due[at] = due;
    this.size[at] = bytes;
    this.packets++;
    this.bytes += bytes;
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
