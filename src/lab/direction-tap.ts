import type { PacketFile } from './packet-file.ts';
import { comment, type PacketDirection } from './pcapng.ts';
import type { FrameMemory, Tap, TapDropCause } from './tap.ts';

const CAUSES: readonly TapDropCause[] = ['loss', 'outage', 'queue', 'aqm', 'oversize', 'refused'];
const DROPPED = Object.fromEntries(CAUSES.map((cause) => [cause, comment(`dropped: ${cause}`)])) as Readonly<
  Record<TapDropCause, Uint8Array>
>;
const DUPLICATED = comment('duplicated');
const DUPLICATE = comment('duplicate');
const CORRUPTED = comment('corrupted');
const MARKED = comment('marked: CE');

const IS_DUPLICATE = 1;
const IS_CORRUPTED = 2;
const IS_MARKED = 4;

/** Puts what one direction tells into a file: arrivals at the near interface, departures at the far one. */
export class DirectionTap implements Tap {
  readonly #file: PacketFile;
  /** Numbers of interfaces in the file. */
  readonly #near: number;
  readonly #far: number;
  readonly #frames: FrameMemory;
  readonly #onPacket: () => void;
  /** By slot: size of its frame, and what has happened to it. */
  readonly #sizes: Uint32Array;
  readonly #marks: Uint8Array;
  /** The latest arrival: its slot, its time, and the packet in the file. */
  #arrival = -1;
  #arrivedAt = 0;
  #arrivalTicket = 0;

  constructor(file: PacketFile, near: number, far: number, frames: FrameMemory, onPacket: () => void) {
    this.#file = file;
    this.#near = near;
    this.#far = far;
    this.#frames = frames;
    this.#onPacket = onPacket;
    const slots = Math.floor(frames.memory.length / frames.slotBytes);
    this.#sizes = new Uint32Array(slots);
    this.#marks = new Uint8Array(slots);
  }

  arrived(ns: number, slot: number, bytes: number): void {
    this.#sizes[slot] = bytes;
    this.#marks[slot] = 0;
    this.#arrival = slot;
    this.#arrivedAt = ns;
    this.#arrivalTicket = this.#add(this.#near, ns, 'inbound', slot, bytes);
  }

  copied(slot: number, copy: number): void {
    this.#sizes[copy] = this.#sizes[slot];
    this.#marks[copy] = this.#marks[slot] | IS_DUPLICATE;
    this.#remark(slot, DUPLICATED);
  }

  corrupted(slot: number): void {
    this.#marks[slot] |= IS_CORRUPTED;
    this.#remark(slot, CORRUPTED);
  }

  marked(slot: number): void {
    this.#marks[slot] |= IS_MARKED;
    this.#remark(slot, MARKED);
  }

  dropped(ns: number, slot: number, cause: TapDropCause): void {
    if (ns === this.#arrivedAt && this.#remark(slot, DROPPED[cause])) return;
    this.#file.remark(this.#add(this.#near, ns, 'unknown', slot, this.#sizes[slot]), DROPPED[cause]);
  }

  left(ns: number, slot: number, bytes: number): void {
    const ticket = this.#add(this.#far, ns, 'outbound', slot, bytes);
    const marks = this.#marks[slot];
    if (marks & IS_DUPLICATE) this.#file.remark(ticket, DUPLICATE);
    if (marks & IS_CORRUPTED) this.#file.remark(ticket, CORRUPTED);
    if (marks & IS_MARKED) this.#file.remark(ticket, MARKED);
  }

  /** A comment on a frame's arrival, if that was what came last. */
  #remark(slot: number, encoded: Uint8Array): boolean {
    return slot === this.#arrival && this.#file.remark(this.#arrivalTicket, encoded);
  }

  #add(id: number, ns: number, direction: PacketDirection, slot: number, bytes: number): number {
    const { memory, slotBytes } = this.#frames;
    this.#onPacket();
    return this.#file.add(id, ns, direction, memory, slot * slotBytes, Math.min(bytes, slotBytes), bytes);
  }
}
