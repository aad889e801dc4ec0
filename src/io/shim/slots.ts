import type { Frames } from '../../link/frames.ts';
import type { Peer } from '../datagram.ts';
import type { Outlet } from './outlet.ts';
import { maxPayloadBytes } from './sizes.ts';

export const SLOT_BYTES = maxPayloadBytes('0.0.0.0');

/** Odd, of about the golden ratio: neighbouring numbers are spread over 32 bits. */
const SPREAD = 0x9e3779b1;

/** Datagrams inside the link, each in a slot: payload, where from, where to. */
export class DatagramSlots implements Frames {
  /** Slot i from `i * SLOT_BYTES`; behind the last one, room of the caller's own. */
  readonly bytes: Uint8Array;
  readonly #sizes: Uint16Array;
  readonly #outlets: Outlet[] = [];
  readonly #peers: (Peer | undefined)[] = [];
  /** 1: a checksum of the receiver's would not be right. */
  readonly #spoilt: Uint8Array;
  readonly #free: Int32Array;
  #freeCount = 0;
  readonly #flows = new WeakMap<Peer, number>();

  constructor(slots: number, extraBytes: number) {
    this.bytes = new Uint8Array(slots * SLOT_BYTES + extraBytes);
    this.#sizes = new Uint16Array(slots);
    this.#spoilt = new Uint8Array(slots);
    this.#free = new Int32Array(slots);
    // The first slots are used first and again: memory that is never needed is never touched.
    for (let slot = slots - 1; slot >= 0; slot--) this.#free[this.#freeCount++] = slot;
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
    this.bytes.set(slab.subarray(offset, offset + size), slot * SLOT_BYTES);
    return slot;
  }

  /** The payload is elsewhere by now. */
  free(slot: number): void {
    this.#free[this.#freeCount++] = slot;
  }

  copy(slot: number): number {
    if (this.#freeCount === 0) return -1;
    const size = this.#sizes[slot];
    const twin = this.#claim(this.#outlets[slot], size, this.#peers[slot]);
    this.#spoilt[twin] = this.#spoilt[slot];
    this.bytes.copyWithin(twin * SLOT_BYTES, slot * SLOT_BYTES, slot * SLOT_BYTES + size);
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
    this.bytes[slot * SLOT_BYTES + (bit >> 3)] ^= 1 << (bit & 7);
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
    const slot = this.#free[--this.#freeCount];
    this.#sizes[slot] = size;
    this.#outlets[slot] = outlet;
    this.#peers[slot] = peer;
    this.#spoilt[slot] = 0;
    outlet.entered();
    return slot;
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
