/** Numbers of flows in a row, each at most once in one of the lists that share `next`. */
export class FlowList {
  /** The first flow, -1 when there is none. */
  head = -1;
  private tail = -1;
  private readonly next: Int32Array;

  constructor(next: Int32Array) {
    this.next = next;
  }

  push(flow: number): void {
    if (this.head < 0) this.head = flow;
    else this.next[this.tail] = flow;
    this.tail = flow;
    this.next[flow] = -1;
  }

  /** There has to be one. */
  shift(): number {
    const flow = this.head;
    this.head = this.next[flow];
    return flow;
  }
}
