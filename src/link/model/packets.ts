import { doubled } from '../doubled.ts';
import type { DropCause, Frames } from '../frames.ts';
import { type LinkCounters, noCounts } from './counters.ts';

const FIRST_CAPACITY = 256;

/** The packets inside a link, as ids into arrays that grow with what it holds, and the account of what became of them. */
export class Packets {
  readonly counters: LinkCounters = noCounts();
  /** Ids in use, and the bytes of their frames. */
  used = 0;
  usedBytes = 0;
  /** The caller's handle of the frame. */
  slot: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Whole Ethernet frame. */
  bytes: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Counts up with arrivals at the link and wraps around 2^32; a copy has that of its original. */
  order: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** 1 for a copy. */
  copied: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** When it joined the queue that it is in. */
  queuedAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** The packet behind it in the list that it is in. */
  next: Int32Array = new Int32Array(FIRST_CAPACITY);
  private free: Int32Array = Int32Array.from({ length: FIRST_CAPACITY }, (_, id) => id);
  private readonly frames: Frames;

  constructor(frames: Frames) {
    this.frames = frames;
  }

  /** `copied`: 1 for a copy, else 0. */
  add(slot: number, bytes: number, order: number, copied: number): number {
    if (this.used === this.free.length) this.grow();
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

  private grow(): void {
    const capacity = this.free.length;
    this.slot = doubled(this.slot);
    this.bytes = doubled(this.bytes);
    this.order = doubled(this.order);
    this.copied = doubled(this.copied);
    this.queuedAt = doubled(this.queuedAt);
    this.next = doubled(this.next);
    this.free = doubled(this.free);
    for (let id = capacity; id < 2 * capacity; id++) this.free[id] = id;
  }
}
