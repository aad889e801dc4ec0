import type { Netem } from '../profile.ts';
import { Backlog } from './backlog.ts';
import type { DelayProcess } from './delay.ts';
import { Bounds, type SerialisationTime } from './serialiser.ts';

/** When a packet will leave a netem stage, known when it arrives. */
export interface Schedule {
  /** When the packet that was planned last is due. A field, since a double that a function returns can cost an object. */
  readonly due: number;
  /** For a frame that arrives at `now`; false when there is no room for it. */
  plan(now: number, bytes: number): boolean;
  /** The earliest time by which one that arrives at `now` or later can be on its way out. */
  earliest(now: number): number;
}

/** `delay` alone. */
export class DelaySchedule implements Schedule {
  due = Number.NEGATIVE_INFINITY;
  private readonly delay: DelayProcess;
  /** Packets leave in the order in which they came. */
  private readonly inOrder: boolean;

  constructor(delay: DelayProcess, inOrder: boolean) {
    this.delay = delay;
    this.inOrder = inOrder;
  }

  plan(now: number): boolean {
    const due = Math.max(now, now + this.delay.next());
    this.due = this.inOrder ? Math.max(due, this.due) : due;
    return true;
  }

  earliest(now: number): number {
    const least = now + Math.max(0, this.delay.leastNs);
    return this.inOrder ? Math.max(least, this.due) : least;
  }
}

/** netem's `rate`: propagation first, then a serialiser that takes packets in the order in which they came. */
export class RateSchedule implements Schedule {
  due = Number.NEGATIVE_INFINITY;
  private readonly delay: DelayProcess;
  private readonly serialisation: SerialisationTime;
  private readonly bounds: Bounds | undefined;
  private readonly backlog = new Backlog();
  /** When the last packet came to the serialiser. */
  private lastReached = Number.NEGATIVE_INFINITY;

  constructor(delay: DelayProcess, serialisation: SerialisationTime, { queue }: Netem) {
    this.delay = delay;
    this.serialisation = serialisation;
    this.bounds = queue && new Bounds(queue);
  }

  plan(now: number, bytes: number): boolean {
    const arrival = now + this.delay.next();
    if (this.bounds !== undefined && !this.hasRoom(this.bounds, now, arrival, bytes)) return false;
    const base = this.due > now ? Math.max(arrival, this.due) : arrival;
    this.due = Math.max(now, base + this.serialisation.of(bytes));
    if (this.bounds !== undefined) this.backlog.add(this.due, bytes);
    return true;
  }

  /** Whether there is room before the serialiser when the packet gets there, at the earliest behind the one before it. */
  private hasRoom(bounds: Bounds, now: number, arrival: number, bytes: number): boolean {
    const { backlog } = this;
    const reached = Math.max(now, arrival, this.lastReached);
    this.lastReached = reached;
    backlog.advance(reached);
    return bounds.hasRoom(backlog.packets, backlog.bytes, this.due - reached, bytes);
  }

  earliest(now: number): number {
    return Math.max(now + Math.max(0, this.delay.leastNs), this.due);
  }
}
