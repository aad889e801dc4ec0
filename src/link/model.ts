import type { Frames } from './frames.ts';
import { buildElements } from './model/build.ts';
import type { LinkCounters } from './model/counters.ts';
import { Packets } from './model/packets.ts';
import { Row } from './model/row.ts';
import type { DirectionProfile, MAX_HELD } from './profile.ts';

export type { LinkCounters } from './model/counters.ts';

/**
 * One direction of a link, as a pure function of what is offered to it: the stages of its profile one after the other, with the order and
 * the draws of sch_netem. No clock and no I/O of its own; times are ns on any clock that does not go back, and nothing is allocated
 * per packet once it has held as many before. What becomes of packets depends on arrivals alone: taking one late changes nothing for the others (though it still
 * counts under {@link MAX_HELD}).
 */
export class LinkModel {
  readonly counters: LinkCounters;
  /** Of the packet that `take` returned last: when it was due, and its size. */
  takenDue = Number.NaN;
  takenBytes = 0;
  private readonly packets: Packets;
  private readonly row: Row;
  private newestOut = -1;

  /** `profile`: an effective one. `seed`: of the trial; a stage may have its own. */
  constructor(profile: DirectionProfile, seed: number | bigint, frames: Frames) {
    this.packets = new Packets(frames);
    this.counters = this.packets.counters;
    this.row = new Row(this.packets, (path) => buildElements(profile, seed, path));
  }

  /**
   * Offers a frame of `bytes` that arrived at `now`. The model owns `slot`, an int32, from now on: `take` returns it, or
   * `Frames.drop` gets it, if need be before this call returns.
   */
  offer(now: number, slot: number, bytes: number): void {
    const { counters, row } = this;
    if (counters.packetsIn === 0) row.origin = now;
    row.advance(now);
    const id = this.packets.add(slot, bytes, counters.packetsIn | 0, 0);
    counters.packetsIn++;
    counters.bytesIn += bytes;
    row.enter(now, id);
  }

  /** When something happens in the link next, Infinity when nothing will: `take` then. */
  nextDue(): number {
    return this.row.nextDue();
  }

  /** The slot of the next packet that has left the link by `now`, or -1: only some stage had something to do, or none had. */
  take(now: number): number {
    const { counters, packets } = this;
    const id = this.row.take(now);
    if (id < 0) return -1;
    const bytes = packets.bytes[id];
    const order = packets.order[id];
    counters.packetsOut++;
    counters.bytesOut += bytes;
    if (((order - this.newestOut) | 0) < 0) counters.reordered++;
    else this.newestOut = order;
    this.takenDue = this.row.leftAt;
    this.takenBytes = bytes;
    packets.remove(id);
    return packets.slot[id];
  }

  /**
   * The earliest time by which a packet offered at `now` or later can be on its way out: it is not served before those that
   * were offered earlier have been.
   */
  earliestService(now: number): number {
    return this.row.earliest(now);
  }

  /** Packets inside now. */
  held(): number {
    return this.packets.used;
  }

  /** Their bytes. */
  heldBytes(): number {
    return this.packets.usedBytes;
  }
}
