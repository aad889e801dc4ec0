import { doubled } from './doubled.ts';

const FIRST_CAPACITY = 16;

/** A binary heap of packets, least (due, order) first, in arrays that grow. `order` may wrap around 2^32. */
export class DueHeap {
  due: Float64Array = new Float64Array(FIRST_CAPACITY);
  order: Int32Array = new Int32Array(FIRST_CAPACITY);
  id: Int32Array = new Int32Array(FIRST_CAPACITY);
  size = 0;

  push(due: number, order: number, id: number): void {
    if (this.size === this.due.length) this.grow();
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(due, order, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, due, order, id);
  }

  private grow(): void {
    this.due = doubled(this.due);
    this.order = doubled(this.order);
    this.id = doubled(this.id);
  }

  /** Removes the least packet, which stands at index 0 before the call. */
  removeLeast(): void {
    const last = --this.size;
    const due = this.due[last];
    const order = this.order[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.isBefore(this.due[child + 1], this.order[child + 1], child)) child++;
      if (this.isBefore(due, order, child)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, due, order, this.id[last]);
  }

  private isBefore(due: number, order: number, other: number): boolean {
    const otherDue = this.due[other];
    return due < otherDue || (due === otherDue && ((order - this.order[other]) | 0) < 0);
  }

  private move(from: number, to: number): void {
    this.put(to, this.due[from], this.order[from], this.id[from]);
  }

  private put(at: number, due: number, order: number, id: number): void {
    this.due[at] = due;
    this.order[at] = order;
    this.id[at] = id;
  }
}
