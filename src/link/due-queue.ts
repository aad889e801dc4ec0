import { doubled } from './doubled.ts';
import { DueHeap } from './due-heap.ts';

const FIRST_CAPACITY = 64;

/**
 * Packets by the time at which they are due, equal times in the order in which they came. Like the kernel's tfifo: a ring takes
 * those that are due no sooner than the last one in it, a heap the rest. Every packet of the heap is due before some
 * packet of the ring that came earlier, hence the ring is empty only when the heap is, and on equal times the ring's
 * packet came first.
 */
export class DueQueue {
  size = 0;
  private mask = FIRST_CAPACITY - 1;
  private due = new Float64Array(FIRST_CAPACITY);
  private id = new Int32Array(FIRST_CAPACITY);
  private readonly heap = new DueHeap();
  // These two count up and wrap around 2^32; differences stay right.
  private head = 0;
  private tail = 0;
  private pushes = 0;

  push(due: number, id: number): void {
    const tail = this.tail;
    this.size++;
    if (tail !== this.head && due < this.due[(tail - 1) & this.mask]) {
      this.pushes = (this.pushes + 1) | 0;
      this.heap.push(due, this.pushes, id);
      return;
    }
    if (((tail - this.head) | 0) > this.mask) this.grow();
    const at = tail & this.mask;
    this.due[at] = due;
    this.id[at] = id;
    this.tail = (tail + 1) | 0;
  }

  private grow(): void {
    this.due = doubled(this.due);
    this.id = doubled(this.id);
    this.mask = this.due.length - 1;
  }

  /** When the first packet is due; Infinity when there is none. */
  nextDue(): number {
    if (this.head === this.tail) return Number.POSITIVE_INFINITY;
    const due = this.due[this.head & this.mask];
    const heap = this.heap;
    return heap.size > 0 && heap.due[0] < due ? heap.due[0] : due;
  }

  /** Takes the first packet; there has to be one. */
  shift(): number {
    const at = this.head & this.mask;
    const heap = this.heap;
    this.size--;
    if (heap.size > 0 && heap.due[0] < this.due[at]) {
      const id = heap.id[0];
      heap.removeLeast();
      return id;
    }
    this.head = (this.head + 1) | 0;
    return this.id[at];
  }

  /** In no particular order. */
  forEach(visit: (id: number) => void): void {
    for (let at = this.head; at !== this.tail; at = (at + 1) | 0) visit(this.id[at & this.mask]);
    for (let at = 0; at < this.heap.size; at++) visit(this.heap.id[at]);
  }
}
