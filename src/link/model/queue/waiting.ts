import type { Packets } from '../packets.ts';

/** What waits before a serialiser, in all. */
export class Waiting {
  packets = 0;
  bytes = 0;
  /** What it will cost the serialiser, in the serialiser's own measure. */
  work = 0;
  readonly pool: Packets;
  private readonly workOf: (bytes: number) => number;

  constructor(pool: Packets, workOf: (bytes: number) => number) {
    this.pool = pool;
    this.workOf = workOf;
  }

  join(now: number, id: number): void {
    const bytes = this.pool.bytes[id];
    this.pool.queuedAt[id] = now;
    this.packets++;
    this.bytes += bytes;
    this.work += this.workOf(bytes);
  }

  leave(id: number): void {
    const bytes = this.pool.bytes[id];
    this.packets--;
    this.bytes -= bytes;
    // Fractions must not add up while nothing is there.
    this.work = this.packets === 0 ? 0 : this.work - this.workOf(bytes);
  }

  drop(id: number, cause: 'queue' | 'aqm'): void {
    this.leave(id);
    this.pool.drop(id, cause);
  }
}
