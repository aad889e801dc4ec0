import { doubled } from '../../link/doubled.ts';
import type { Frames } from '../../link/frames.ts';
import type { Peer } from '../datagram.ts';
import type { Outlet } from './outlet.ts';
import { maxPayloadBytes } from './sizes.ts';

export const SLOT_BYTES = maxPayloadBytes('0.0.0.0');

/** Slots of one piece of memory: a link that holds little takes little. */
const PAGE_BITS = 6;
const PAGE_MASK = (1 << PAGE_BITS) - 1;
const FIRST_SLOTS = 1 << PAGE_BITS;

/** Odd, of about the golden ratio: neighbouring numbers are spread over 32 bits. */
const SPREAD = 0x9e3779b1;

/** Datagrams inside the link, each in a slot: payload, where from, where to. */
export class DatagramSlots implements Frames {
  readonly #pages: Uint8Array[] = [];
  #sizes: Uint16Array = new Uint16Array(FIRST_SLOTS);
  readonly #outlets: Outlet[] = [];
  readonly #peers: (Peer | undefined)[] = [];
  /** 1: a checksum of the receiver's would not be right. */
  #spoilt: Uint8Array = new Uint8Array(FIRST_SLOTS);
  readonly #capacity: number;
  /** Slots that have been used and are free again; the last one freed is the next one used. */
  #free: Int32Array = new Int32Array(FIRST_SLOTS);
  #freeCount = 0;
  /** From this one on, none has been used yet. */
  #fresh = 0;
  readonly #flows = new WeakMap<Peer, number>();

  constructor(slots: number) {
    this.#capacity = slots;
  }

  /** The memory that holds the slot's payload, from {@link startOf} on. */
  pageOf(slot: number): Uint8Array {
    return this.#pages[slot >> PAGE_BITS];
  }

  startOf(slot: number): number {
    return (slot & PAGE_MASK) * SLOT_BYTES;
  }

  sizeOf(slot: number): number {
    return this.#sizes[slot];
  }

  outletOf(slot: number): Outlet {
    return this.#outlets[slot];
  }

  peerOf(slot: number): Peer | undefined {
    return this.#peers[slot];
  }

  isSpoilt(slot: number): boolean {
    return this.#spoilt[slot] === 1;
  }

  /** The slot that now holds a copy of `slab[offset..offset + size]`. There must be a free one. */
  fill(outlet: Outlet, slab: Uint8Array, offset: number, size: number, peer: Peer | undefined): number {
    const slot = this.#claim(outlet, size, peer);
    this.pageOf(slot).set(slab.subarray(offset, offset + size), this.startOf(slot));
    return slot;
  }

  /** The payload is elsewhere by now. */
  free(slot: number): void {
    this.#free[this.#freeCount++] = slot;
  }

  copy(slot: number): number {
    if (this.#freeCount === 0 && this.#fresh === this.#capacity) return -1;
    const size = this.#sizes[slot];
    const twin = this.#claim(this.#outlets[slot], size, this.#peers[slot]);
    this.#spoilt[twin] = this.#spoilt[slot];
    const start = this.startOf(slot);
    this.pageOf(twin).set(this.pageOf(slot).subarray(start, start + size), this.startOf(twin));
    return twin;
  }

  /** A bit of the frame that is not the payload's to arrive with: some checksum of the receiver's would find it. */
  corrupt(slot: number, where: 'frame' | 'payload', at: number): boolean {
    if (where === 'frame') {
      this.#spoilt[slot] = 1;
      return true;
    }
    const bit = Math.floor(at * 8 * this.#sizes[slot]);
    if (this.#sizes[slot] === 0) return false;
    this.pageOf(slot)[this.startOf(slot) + (bit >> 3)] ^= 1 << (bit & 7);
    return true;
  }

  /** Sockets of ours are not ECN-capable. */
  markCongestion(): boolean {
    return false;
  }

  flowHash(slot: number): number {
    const peer = this.#peers[slot];
    return (Math.imul(this.#outlets[slot].flow, SPREAD) ^ (peer ? this.#flowTo(peer) : 0)) >>> 0;
  }

  drop(slot: number): void {
    this.free(slot);
    this.#outlets[slot].gone(1);
  }

  #claim(outlet: Outlet, size: number, peer: Peer | undefined): number {
    const slot = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#useFresh();
    this.#sizes[slot] = size;
    this.#outlets[slot] = outlet;
    this.#peers[slot] = peer;
    this.#spoilt[slot] = 0;
    outlet.entered();
    return slot;
  }

  #useFresh(): number {
    if ((this.#fresh & PAGE_MASK) === 0) this.#pages.push(new Uint8Array(SLOT_BYTES << PAGE_BITS));
    if (this.#fresh === this.#sizes.length) this.#grow();
    return this.#fresh++;
  }

  #grow(): void {
    this.#sizes = doubled(this.#sizes);
    this.#spoilt = doubled(this.#spoilt);
    this.#free = doubled(this.#free);
  }

  #flowTo(peer: Peer): number {
    let hash = this.#flows.get(peer);
    if (hash === undefined) {
      hash = fnv1a(`${peer.host} ${peer.port}`);
      this.#flows.set(peer, hash);
    }
    return hash;
  }
}

/** Fowler, Noll and Vo's hash, 32 bits (RFC 9923). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
