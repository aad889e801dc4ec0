import { DueQueue } from './due-queue.ts';
import { LossProcess } from './loss.ts';
import { Taus113 } from './prng.ts';
import type { DirectionProfile } from './profile.ts';
import { MAX_HELD } from './profile.ts';

/** packetsIn = packetsOut + lost + queueDropped + what is held. Bytes are those of whole Ethernet frames. */
export interface LinkCounters {
  packetsIn: number;
  bytesIn: number;
  packetsOut: number;
  bytesOut: number;
  /** Dropped by the loss model. */
  lost: number;
  /** Dropped because `queue` or `limit` was full. */
  queueDropped: number;
  /** Left after a packet that had entered later. */
  reordered: number;
}

/**
 * One direction of a link, as a pure function of what is offered to it: loss, then `limit` and `queue`, then delay,
 * then rate, in the order and with the draws of sch_netem. No clock and no I/O of its own; times are ns on any clock
 * that does not go back, and nothing is allocated per packet. The schedule depends on arrivals alone: taking a packet
 * late delays no other (though it still occupies its place under `limit`, so take what is due before offering more).
 */
export class LinkModel {
  /** Most packets ever held. */
  readonly capacity: number;
  readonly counters: LinkCounters = {
    packetsIn: 0,
    bytesIn: 0,
    packetsOut: 0,
    bytesOut: 0,
    lost: 0,
    queueDropped: 0,
    reordered: 0,
  };
  /** Of the packet that `take` returned last: when it was due, and its size. */
  takenDue = Number.NaN;
  takenBytes = 0;

  private readonly prng: Taus113;
  private readonly loss: LossProcess;
  private readonly queue: DueQueue;
  private readonly delayNs: number;
  private readonly jitterNs: number;
  private readonly nsPerByte: number;
  private readonly maxWaiting: number;
  /** When the serialiser is done with the last packet that it was given. */
  private serialised = Number.NEGATIVE_INFINITY;
  private newestOut = -1;
  private bytesHeld = 0;

  /** `profile`: an effective one, of which `limit` is known. */
  constructor(profile: DirectionProfile, seed: number | bigint) {
    const { limit, rateBps } = profile;
    if (limit === undefined || !(limit >= 1 && limit <= MAX_HELD)) {
      throw new RangeError(
        `link model: limit ${limit} is not within 1 to ${MAX_HELD}; make the profile effective first`,
      );
    }
    this.capacity = limit;
    this.delayNs = profile.delayNs;
    this.jitterNs = Math.trunc(profile.jitterNs);
    this.nsPerByte = rateBps === undefined ? 0 : 8e9 / rateBps;
    this.maxWaiting = rateBps === undefined ? Number.POSITIVE_INFINITY : (profile.queue ?? Number.POSITIVE_INFINITY);
    this.prng = new Taus113(seed);
    this.loss = new LossProcess(profile.loss, this.prng);
    this.queue = new DueQueue(limit, this.nsPerByte > 0 || this.jitterNs === 0);
  }

  /**
   * Offers a frame of `bytes` that arrived at `now`; `slot`, an int32, is the caller's handle. True when it was
   * taken: the model has the slot until `take` returns it. False when it was dropped, and counted by cause.
   */
  offer(now: number, slot: number, bytes: number): boolean {
    const counters = this.counters;
    const order = counters.packetsIn | 0;
    counters.packetsIn++;
    counters.bytesIn += bytes;
    if (this.loss.lost()) {
      counters.lost++;
      return false;
    }
    if (this.isFull(now)) {
      counters.queueDropped++;
      return false;
    }
    let due = now + this.delayNs;
    // A delay drawn below zero means at once, as it does for netem.
    if (this.jitterNs > 0) due = Math.max(now, due + (this.prng.next() % (2 * this.jitterNs)) - this.jitterNs);
    if (this.nsPerByte > 0) {
      due = Math.max(due, this.serialised) + bytes * this.nsPerByte;
      this.serialised = due;
    }
    this.queue.push(due, order, slot, bytes);
    this.bytesHeld += bytes;
    return true;
  }

  /** When the next packet is due, Infinity when there is none. */
  nextDue(): number {
    return this.queue.nextDue();
  }

  /** Takes the next packet that is due at `now`: its slot, or -1. */
  take(now: number): number {
    const queue = this.queue;
    if (!queue.take(now)) return -1;
    const counters = this.counters;
    counters.packetsOut++;
    counters.bytesOut += queue.takenBytes;
    this.bytesHeld -= queue.takenBytes;
    if (((queue.takenOrder - this.newestOut) | 0) < 0) counters.reordered++;
    else this.newestOut = queue.takenOrder;
    this.takenDue = queue.takenDue;
    this.takenBytes = queue.takenBytes;
    return queue.takenSlot;
  }

  /**
   * The earliest time by which a packet offered at `now` or later can be on its way out: it is not served before those that
   * were offered earlier have been.
   */
  earliestService(now: number): number {
    return Math.max(now + Math.max(0, this.delayNs - this.jitterNs), this.serialised);
  }

  /** Packets inside now. */
  held(): number {
    return this.queue.size;
  }

  /** Their bytes. */
  heldBytes(): number {
    return this.bytesHeld;
  }

  /** Waiting for the serialiser is what would not have left it yet when a packet that arrives now reaches it. */
  private isFull(now: number): boolean {
    if (this.queue.size >= this.capacity) return true;
    return this.maxWaiting < this.capacity && this.queue.countAfter(now + this.delayNs) >= this.maxWaiting;
  }
}
