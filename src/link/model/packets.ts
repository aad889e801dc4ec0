import type { DropCause, Frames } from '../frames.ts';
import { type LinkCounters, noCounts } from './counters.ts';

/** The packets inside a link, as ids into arrays of a fixed size, and the account of what became of them. */
export class Packets {
  readonly counters: LinkCounters = noCounts();
  /** Ids in use, and the bytes of their frames. */
  used = 0;
  usedBytes = 0;
  /** The caller's handle of the frame. */
  readonly slot: Int32Array;
  /** Whole Ethernet frame. */
  readonly bytes: Int32Array;
  /** Counts up with arrivals at the link and wraps around 2^32; a copy has that of its original. */
  readonly order: Int32Array;
  /** 1 for a copy. */
  readonly copied: Uint8Array;
  /** When it joined the queue that it is in. */
  readonly queuedAt: Float64Array;
  /** The packet behind it in the list that it is in. */
  readonly next: Int32Array;
  private readonly free: Int32Array;
  private readonly frames: Frames;

  constructor(capacity: number, frames: Frames) {
    this.slot = new Int32Array(capacity);
    this.bytes = new Int32Array(capacity);
    this.order = new Int32Array(capacity);
    this.copied = new Uint8Array(capacity);
    this.queuedAt = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
    this.free = new Int32Array(capacity);
    for (let id = 0; id < capacity; id++) this.free[id] = id;
    this.frames = frames;
  }

  /** `copied`: 1 for a copy, else 0. There has to be room. */
  add(slot: number, bytes: number, order: number, copied: number): number {
    const id = this.free[this.used++];
    this.usedBytes += bytes;
    this.slot[id] = slot;
    this.bytes[id] = bytes;
    this.order[id] = order;
    this.copied[id] = copied;
    return id;
  }

  remove(id: number): void {
    this.free[--this.used] = id;
    this.usedBytes -= this.bytes[id];
  }

  drop(id: number, cause: DropCause): void {
    const counters = this.counters;
    if (cause === 'loss') counters.lost++;
    else if (cause === 'outage') counters.outage++;
    else if (cause === 'queue') counters.queueDropped++;
    else counters.aqmDropped++;
    this.remove(id);
    this.frames.drop(this.slot[id], cause);
  }

  /** A copy, counted and not yet anywhere; -1 when there is no room for its frame. */
  copy(id: number): number {
    const slot = this.frames.copy(this.slot[id]);
    if (slot < 0) return -1;
    this.counters.duplicated++;
    return this.add(slot, this.bytes[id], this.order[id], 1);
  }

  /** Inverts a bit, where there is one to invert. */
  corrupt(id: number, where: 'frame' | 'payload', at: number): void {
    if (this.frames.corrupt(this.slot[id], where, at)) this.counters.corrupted++;
  }

  /** Marks Congestion Experienced; false when the packet is not ECN-capable. */
  mark(id: number): boolean {
    if (!this.frames.markCongestion(this.slot[id])) return false;
    this.counters.ecnMarked++;
    return true;
  }

  flowHash(id: number): number {
    return this.frames.flowHash(this.slot[id]);
  }
}
