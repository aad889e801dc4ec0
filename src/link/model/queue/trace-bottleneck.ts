import type { Taus113 } from '../../prng.ts';
import type { Queue, Trace } from '../../profile.ts';
import type { Element } from '../element.ts';
import type { Line } from '../line.ts';
import { OPPORTUNITY_BYTES, Opportunities, tracedBytes } from '../opportunities.ts';
import type { Path } from '../path.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { Server } from './server.ts';

/**
 * A queue that a trace drains, as Mahimahi does: at each opportunity 1,504 bytes, which several packets may share; what is left of a packet
 * goes at the next ones; what finds nothing to do is wasted.
 */
export class TraceBottleneck implements Element, Server {
  readonly settled = false;
  serving = -1;
  private readonly path: Path;
  private readonly line: Line;
  private readonly queue: BoundedQueue;
  private readonly opportunities: Opportunities;
  /** Of `serving`. */
  private bytesLeft = 0;
  /** Of the opportunity number `next` - 1. */
  private unused = 0;
  private next = 0;

  /** `line`: from which packets come. */
  constructor(path: Path, line: Line, trace: Trace, queue: Queue, prng: Taus113) {
    this.path = path;
    this.line = line;
    this.opportunities = new Opportunities(trace);
    this.queue = new BoundedQueue(path.packets, queue, this, prng);
  }

  get size(): number {
    return this.queue.waiting.packets + (this.serving < 0 ? 0 : 1);
  }

  workOf(bytes: number): number {
    return tracedBytes(bytes);
  }

  doneAt(work: number): number {
    const bytes = work + this.bytesLeft - this.unused;
    return this.at(this.next - 1 + Math.max(0, Math.ceil(bytes / OPPORTUNITY_BYTES)));
  }

  arrive(now: number, id: number): void {
    if (this.size === 0) this.next = this.opportunities.after(now - this.path.origin);
    this.queue.join(now, id);
  }

  nextDue(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    return this.at(this.unused > 0 ? this.next - 1 : this.next);
  }

  step(): number {
    if (this.unused === 0) {
      this.next++;
      this.unused = OPPORTUNITY_BYTES;
    }
    if (this.serving < 0) {
      this.serving = this.queue.shift(this.at(this.next - 1));
      this.bytesLeft = this.serving < 0 ? 0 : tracedBytes(this.path.packets.bytes[this.serving]);
    }
    const bytes = Math.min(this.unused, this.bytesLeft);
    this.bytesLeft -= bytes;
    this.unused -= bytes;
    const done = this.bytesLeft === 0 ? this.serving : -1;
    if (this.bytesLeft === 0) this.serving = -1;
    if (this.size === 0) this.unused = 0;
    return done;
  }

  /** As if no packet were dropped before. */
  earliest(now: number): number {
    const done = this.doneAt(this.queue.waiting.work);
    const { line } = this;
    if (line.size === 0) return Math.max(now, done);
    const first = this.opportunities.after(Math.max(done, line.nextDue()) - this.path.origin);
    const count = Math.ceil(line.total(tracedBytes) / OPPORTUNITY_BYTES);
    return Math.max(now, this.at(first + count - 1));
  }

  private at(index: number): number {
    return index < 0 ? Number.NEGATIVE_INFINITY : this.path.origin + this.opportunities.at(index);
  }
}
