import { DueHeap } from './due-heap.ts';

/**
 * Packets by the time at which they are due, equal times in order of arrival. Like the kernel's tfifo: a ring takes
 * those that are due no sooner than the last one in it, a heap the rest. Every packet of the heap is due before some
 * packet of the ring that came earlier, hence the ring is empty only when the heap is, and on equal times the ring's
 * packet came first.
 */
export class DueQueue {
  size = 0;
  /** Of the packet that `take` returned last. */
  takenDue = Number.NaN;
  takenOrder = 0;
  takenSlot = -1;
  takenBytes = 0;

  private readonly mask: number;
  private readonly due: Float64Array;
  private readonly order: Int32Array;
  private readonly slot: Int32Array;
  private readonly bytes: Int32Array;
  private readonly heap: DueHeap;
  // These three count up and wrap around 2^32; differences stay right.
  private head = 0;
  private tail = 0;
  private mark = 0;

  /** `sorted`: packets come in the order in which they are due, so that no heap is needed. */
  constructor(capacity: number, sorted: boolean) {
    const length = 2 ** Math.ceil(Math.log2(Math.max(capacity, 2)));
    this.mask = length - 1;
    this.due = new Float64Array(length);
    this.order = new Int32Array(length);
    this.slot = new Int32Array(length);
    this.bytes = new Int32Array(length);
    this.heap = new DueHeap(sorted ? 0 : capacity);
  }

  push(due: number, order: number, slot: number, bytes: number): void {
    const tail = this.tail;
    this.size++;
    if (tail !== this.head && due < this.due[(tail - 1) & this.mask]) {
      this.heap.push(due, order, slot, bytes);
      return;
    }
    const at = tail & this.mask;
    this.due[at] = due;
    this.order[at] = order;
    this.slot[at] = slot;
    this.bytes[at] = bytes;
    this.tail = (tail + 1) | 0;
  }

  /** When the first packet is due; Infinity when there is none. */
  nextDue(): number {
    if (this.head === this.tail) return Number.POSITIVE_INFINITY;
    const due = this.due[this.head & this.mask];
    const heap = this.heap;
    return heap.size > 0 && heap.due[0] < due ? heap.due[0] : due;
  }

  /** Takes the first packet if it is due at `now`. */
  take(now: number): boolean {
    if (this.head === this.tail) return false;
    const at = this.head & this.mask;
    const heap = this.heap;
    const fromHeap = heap.size > 0 && heap.due[0] < this.due[at];
    const due = fromHeap ? heap.due[0] : this.due[at];
    if (due > now) return false;
    this.takenDue = due;
    this.takenOrder = fromHeap ? heap.order[0] : this.order[at];
    this.takenSlot = fromHeap ? heap.slot[0] : this.slot[at];
    this.takenBytes = fromHeap ? heap.bytes[0] : this.bytes[at];
    this.size--;
    if (fromHeap) heap.removeLeast();
    else this.head = (this.head + 1) | 0;
    return true;
  }

  /** How many packets are due later than `time`, which must not go back from call to call. Sorted queues only. */
  countAfter(time: number): number {
    let mark = ((this.mark - this.head) | 0) < 0 ? this.head : this.mark;
    while (mark !== this.tail && this.due[mark & this.mask] <= time) mark = (mark + 1) | 0;
    this.mark = mark;
    return (this.tail - mark) | 0;
  }
}
