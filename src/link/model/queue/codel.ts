import { FRAME_BYTES } from '../holding.ts';
import { DropTail } from './drop-tail.ts';
import type { Fifo } from './fifo.ts';
import type { Waiting } from './waiting.ts';

export interface CodelParameters {
  readonly targetNs: number;
  readonly intervalNs: number;
  readonly ecn: boolean;
}

/** A drop rate that was found this many intervals ago or less still says something about the queue. */
const MEMORY_INTERVALS = 16;

/** CoDel's control of one list of packets, after RFC 8289, section 5; a marked packet is one that is not dropped. */
export class CodelControl {
  private readonly waiting: Waiting;
  private readonly targetNs: number;
  private readonly intervalNs: number;
  private readonly ecn: boolean;
  /** When the sojourn time will have been above the target for an interval; 0: it is not above it. */
  private firstAbove = 0;
  private aboveForInterval = false;
  private dropping = false;
  private dropNext = 0;
  private count = 0;
  private lastCount = 0;

  constructor(waiting: Waiting, { targetNs, intervalNs, ecn }: CodelParameters) {
    this.waiting = waiting;
    this.targetNs = targetNs;
    this.intervalNs = intervalNs;
    this.ecn = ecn;
  }

  /** The next packet of the list that is neither dropped nor absent, or -1. */
  shift(now: number, fifo: Fifo): number {
    let id = this.next(now, fifo);
    if (this.dropping) {
      if (!this.aboveForInterval) this.dropping = false;
      while (this.dropping && now >= this.dropNext) {
        this.count++;
        if (this.marks(id)) {
          this.dropNext = this.control(this.dropNext);
          break;
        }
        this.waiting.pool.drop(id, 'aqm');
        id = this.next(now, fifo);
        if (this.aboveForInterval) this.dropNext = this.control(this.dropNext);
        else this.dropping = false;
      }
    } else if (this.aboveForInterval) {
      if (!this.marks(id)) {
        this.waiting.pool.drop(id, 'aqm');
        id = this.next(now, fifo);
      }
      this.startDropping(now);
    }
    return id;
  }

  private startDropping(now: number): void {
    const drops = this.count - this.lastCount;
    const recent = now - this.dropNext < MEMORY_INTERVALS * this.intervalNs;
    this.dropping = true;
    this.count = drops > 1 && recent ? drops : 1;
    this.lastCount = this.count;
    this.dropNext = this.control(now);
  }

  private next(now: number, fifo: Fifo): number {
    this.aboveForInterval = false;
    const id = fifo.shift();
    if (id < 0) {
      this.firstAbove = 0;
      return id;
    }
    this.waiting.leave(id);
    const sojourn = now - this.waiting.pool.queuedAt[id];
    if (sojourn < this.targetNs || fifo.bytes <= FRAME_BYTES) this.firstAbove = 0;
    else if (this.firstAbove === 0) this.firstAbove = now + this.intervalNs;
    else this.aboveForInterval = now >= this.firstAbove;
    return id;
  }

  private marks(id: number): boolean {
    return this.ecn && this.waiting.pool.mark(id);
  }

  private control(from: number): number {
    return from + this.intervalNs / Math.sqrt(this.count);
  }
}

/** `codel`: one list. */
export class Codel extends DropTail {
  private readonly control: CodelControl;

  constructor(waiting: Waiting, parameters: CodelParameters) {
    super(waiting);
    this.control = new CodelControl(waiting, parameters);
  }

  override shift(now: number): number {
    return this.control.shift(now, this.fifo);
  }
}
