import type { Packets } from '../packets.ts';

/** Packets in the order in which they came, linked by `Packets.next`: one is in one such list at a time. */
export class Fifo {
  /** The first packet, -1 when there is none. */
  head = -1;
  packets = 0;
  bytes = 0;
  private tail = -1;
  private readonly pool: Packets;

  constructor(pool: Packets) {
    this.pool = pool;
  }

  push(id: number): void {
    if (this.head < 0) this.head = id;
    else this.pool.next[this.tail] = id;
    this.tail = id;
    this.packets++;
    this.bytes += this.pool.bytes[id];
  }

  /** The first packet, or -1. */
  shift(): number {
    const id = this.head;
    if (id < 0) return -1;
    this.packets--;
    this.bytes -= this.pool.bytes[id];
    this.head = this.packets === 0 ? -1 : this.pool.next[id];
    return id;
  }
}
