import type { DropCause, Frames } from '../../link/frames.ts';
import { flowHash, invertBit, invertPayloadBit, markCongestion } from '../../wire/ethernet.ts';
import type { FrameMemory, Tap } from '../tap.ts';

/** A whole Ethernet frame with a VLAN tag to spare, on a cache line. */
const SLOT_BYTES = 1536;
const ADDRESS_BYTES = 12;
export const VLAN_TAG_BYTES = 4;

/** The frames of one direction, in slots of one buffer that never moves. */
export class FrameSlots implements Frames, FrameMemory {
  readonly memory: Uint8Array;
  readonly slotBytes = SLOT_BYTES;
  /** All of the buffer that the slots are at the end of. */
  readonly #bytes: Uint8Array;
  readonly #start: number;
  tap: Tap | undefined;
  readonly #free: Int32Array;
  #freeCount = 0;
  readonly #lengths: Uint16Array;
  readonly #now: () => number;

  /** As many slots as fit into `bytes` from `start` on. `now`: the time that the model was told last. */
  constructor(bytes: Uint8Array, start: number, now: () => number) {
    this.#bytes = bytes;
    this.#start = start;
    this.memory = bytes.subarray(start);
    const slots = Math.floor(this.memory.length / SLOT_BYTES);
    this.#now = now;
    this.#free = new Int32Array(slots);
    this.#lengths = new Uint16Array(slots);
    for (let i = 0; i < slots; i++) this.#free[this.#freeCount++] = slots - 1 - i;
  }

  static bytesFor(slots: number): number {
    return slots * SLOT_BYTES;
  }

  get available(): number {
    return this.#freeCount;
  }

  /** Where it begins in the whole buffer. */
  offset(slot: number): number {
    return this.#start + slot * SLOT_BYTES;
  }

  /** Copies a frame of `bytes` at `offset` of the whole buffer into a slot; more than fit are cut. */
  fill(offset: number, bytes: number): number {
    const slot = this.#free[--this.#freeCount];
    const length = Math.min(bytes, SLOT_BYTES);
    this.#lengths[slot] = length;
    this.#bytes.copyWithin(this.offset(slot), offset, offset + length);
    return slot;
  }

  /** Puts a VLAN tag, protocol and tag of 16 bits each, back to where the kernel took it from: behind the addresses. */
  tag(slot: number, vlan: number): void {
    const from = this.offset(slot) + ADDRESS_BYTES;
    const end = this.offset(slot) + Math.min(this.#lengths[slot], SLOT_BYTES - VLAN_TAG_BYTES);
    this.#bytes.copyWithin(from + VLAN_TAG_BYTES, from, end);
    for (let i = 0; i < VLAN_TAG_BYTES; i++) this.#bytes[from + i] = vlan >>> (24 - 8 * i);
    this.#lengths[slot] = end - this.offset(slot) + VLAN_TAG_BYTES;
  }

  release(slot: number): void {
    this.#free[this.#freeCount++] = slot;
  }

  copy(slot: number): number {
    if (this.#freeCount === 0) return -1;
    const copy = this.fill(this.offset(slot), this.#lengths[slot]);
    this.tap?.copied(slot, copy);
    return copy;
  }

  corrupt(slot: number, where: 'frame' | 'payload', at: number): boolean {
    const start = slot * SLOT_BYTES;
    const length = this.#lengths[slot];
    if (where === 'frame') invertBit(this.memory, start, length, at);
    else if (!invertPayloadBit(this.memory, start, length, at)) return false;
    this.tap?.corrupted(slot);
    return true;
  }

  markCongestion(slot: number): boolean {
    if (!markCongestion(this.memory, slot * SLOT_BYTES, this.#lengths[slot])) return false;
    this.tap?.marked(slot);
    return true;
  }

  flowHash(slot: number): number {
    return flowHash(this.memory, slot * SLOT_BYTES, this.#lengths[slot]);
  }

  drop(slot: number, cause: DropCause): void {
    this.tap?.dropped(this.#now(), slot, cause);
    this.release(slot);
  }
}
