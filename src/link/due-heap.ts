/** A binary heap of packets, least (due, order) first, in arrays of a fixed size. `order` may wrap around 2^32. */
export class DueHeap {
  readonly due: Float64Array;
  readonly order: Int32Array;
  readonly id: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.due = new Float64Array(capacity);
    this.order = new Int32Array(capacity);
    this.id = new Int32Array(capacity);
  }

  push(due: number, order: number, id: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(due, order, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, due, order, id);
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
