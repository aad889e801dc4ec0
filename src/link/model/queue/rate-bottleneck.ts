import type { Taus113 } from '../../prng.ts';
import type { Queue, Rate } from '../../profile.ts';
import type { Element } from '../element.ts';
import type { Line } from '../line.ts';
import type { Path } from '../path.ts';
import { SerialisationTime } from '../serialiser.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { Server } from './server.ts';

/** A queue with a discipline before a serialiser of a constant rate: event by event, since a packet's fate is open while it waits. */
export class RateBottleneck implements Element, Server {
  readonly settled = false;
  serving = -1;
  private readonly path: Path;
  private readonly line: Line;
  private readonly queue: BoundedQueue;
  private readonly serialisation: SerialisationTime;
  /** When the last packet was or will be off the serialiser. */
  private freeAt = Number.NEGATIVE_INFINITY;

  /** `line`: from which packets come. */
  constructor(path: Path, line: Line, rate: Rate, queue: Queue, prng: Taus113) {
    this.path = path;
    this.line = line;
    this.serialisation = new SerialisationTime(rate);
    this.queue = new BoundedQueue(path.packets, queue, this, prng);
  }

  get size(): number {
    return this.queue.waiting.packets + (this.serving < 0 ? 0 : 1);
  }

  workOf(bytes: number): number {
    return this.serialisation.of(bytes);
  }

  doneAt(work: number): number {
    return this.freeAt + work;
  }

  arrive(now: number, id: number): void {
    this.queue.join(now, id);
    if (this.serving < 0) this.serve(now);
  }

  nextDue(): number {
    return this.serving < 0 ? Number.POSITIVE_INFINITY : this.freeAt;
  }

  step(): number {
    const id = this.serving;
    this.serve(this.freeAt);
    return id;
  }

  /** As if no packet were dropped before. */
  earliest(now: number): number {
    const done = this.doneAt(this.queue.waiting.work);
    const { line } = this;
    if (line.size === 0) return Math.max(now, done);
    return Math.max(now, Math.max(done, line.nextDue()) + line.total((bytes) => this.workOf(bytes)));
  }

  private serve(now: number): void {
    this.serving = this.queue.shift(now);
    if (this.serving >= 0) this.freeAt = now + this.serialisation.of(this.path.packets.bytes[this.serving]);
  }
}
