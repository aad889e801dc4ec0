import type { DropCause, Frames } from '../../src/link/frames.ts';

/** A frame, as far as a link model cares. */
interface FakeFrame {
  readonly ecnCapable: boolean;
  readonly flow: number;
  readonly payload: boolean;
  marked: boolean;
  /** Positions of inverted bits, in the order in which they were. */
  readonly inverted: number[];
  /** Of a copy: the slot of its original. */
  readonly copyOf?: number;
  fate: 'inside' | 'taken' | DropCause;
}

/** Frames without contents, which remember what the model did to them. Slots are numbered by arrival, copies from a million on. */
export class FakeFrames implements Frames {
  readonly frames = new Map<number, FakeFrame>();
  /** Slots in the order in which they were dropped. */
  readonly dropped: number[] = [];
  private copies = 0;
  private readonly room: number;

  /** `room`: copies that there may be in all. */
  constructor(room = Infinity) {
    this.room = room;
  }

  arrive(slot: number, { ecnCapable = false, flow = 0, payload = true } = {}): number {
    this.frames.set(slot, { ecnCapable, flow, payload, marked: false, inverted: [], fate: 'inside' });
    return slot;
  }

  at(slot: number): FakeFrame {
    const frame = this.frames.get(slot);
    if (!frame) throw new Error(`slot ${slot} was never offered`);
    return frame;
  }

  /** Notes that `take` returned the slot; a slot comes back once. */
  taken(slot: number): void {
    this.leave(slot, 'taken');
  }

  copy(slot: number): number {
    if (this.copies >= this.room) return -1;
    const copy = 1_000_000 + this.copies++;
    const original = this.at(slot);
    this.frames.set(copy, { ...original, inverted: [...original.inverted], copyOf: slot });
    return copy;
  }

  corrupt(slot: number, where: 'frame' | 'payload', at: number): boolean {
    const frame = this.at(slot);
    if (where === 'payload' && !frame.payload) return false;
    frame.inverted.push(at);
    return true;
  }

  markCongestion(slot: number): boolean {
    const frame = this.at(slot);
    if (!frame.ecnCapable) return false;
    frame.marked = true;
    return true;
  }

  flowHash(slot: number): number {
    return this.at(slot).flow;
  }

  drop(slot: number, cause: DropCause): void {
    this.leave(slot, cause);
    this.dropped.push(slot);
  }

  private leave(slot: number, fate: FakeFrame['fate']): void {
    const frame = this.at(slot);
    if (frame.fate !== 'inside') throw new Error(`slot ${slot} left twice: ${frame.fate}, then ${fate}`);
    frame.fate = fate;
  }
}
