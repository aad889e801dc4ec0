import { DueQueue } from '../due-queue.ts';
import { MAX_HELD } from '../profile.ts';
import type { Element } from './element.ts';
import { Line } from './line.ts';
import type { Packets } from './packets.ts';
import type { Path } from './path.ts';

/** Elements one behind the other. What happens in them happens in the order of time, at equal times the hindmost first. */
export class Row implements Path {
  readonly packets: Packets;
  origin = Number.NaN;
  /** When the packet that `take` returned last left. */
  leftAt = Number.NaN;
  private readonly elements: readonly Element[];
  private readonly last: Element;
  /** By the numbers of elements, those that release packets in slots. */
  private readonly slotted: readonly (Line | undefined)[];
  /** Elements, from the first on, that may not wait until somebody takes packets. */
  private readonly eager: number;
  /** When something last happened in one of those. */
  private clock = Number.NEGATIVE_INFINITY;
  /** What has left the last element and was not taken yet. */
  private readonly exit = new DueQueue();

  constructor(packets: Packets, build: (path: Path) => readonly Element[]) {
    this.packets = packets;
    const elements = build(this);
    this.elements = elements;
    this.last = elements[elements.length - 1];
    this.slotted = elements.map((element) => (element instanceof Line && !element.settled ? element : undefined));
    this.eager = this.last.settled ? elements.length - 1 : elements.length;
  }

  /** Lets everything happen that is due at `now`, up to the last element if that one is settled. */
  advance(now: number): void {
    while (this.eager > 0) {
      let due = now;
      let at = -1;
      for (let i = this.eager - 1; i >= 0; i--) {
        const elementDue = this.elements[i].nextDue();
        if (elementDue < due || (at < 0 && elementDue === due)) {
          due = elementDue;
          at = i;
        }
      }
      if (at < 0) return;
      this.clock = due;
      const id = this.elements[at].step();
      if (id >= 0) this.pass(due, id, at + 1);
      this.attempt(due, at + 1);
    }
  }

  /** A packet from outside, at the time to which the row was advanced before, or, if more has happened by now, at that time. */
  enter(now: number, id: number): void {
    const time = Math.max(now, this.clock);
    this.elements[0].arrive(time, id);
    this.attempt(time, 0);
    this.advance(time);
  }

  pass(now: number, id: number, to: number): void {
    if (to < this.elements.length) {
      this.elements[to].arrive(now, id);
      return;
    }
    this.exit.push(now, id);
  }

  isFull(now: number, first: number, limit: number): boolean {
    if (this.packets.used <= limit) return false;
    if (this.packets.used > MAX_HELD) return true;
    if (this.heldFrom(first) < limit) return false;
    this.release(now);
    return this.heldFrom(first) >= limit;
  }

  nextDue(): number {
    let due = Math.min(this.exit.nextDue(), this.last.nextDue());
    for (let i = 0; i < this.eager; i++) due = Math.min(due, this.elements[i].nextDue());
    return due;
  }

  /** The next packet that leaves the row at `now` or before, or -1. */
  take(now: number): number {
    return this.eager === 0 && this.exit.size === 0 ? this.takeLast(now) : this.takeNext(now);
  }

  private takeLast(now: number): number {
    const due = this.last.nextDue();
    if (due > now || due === Number.POSITIVE_INFINITY) return -1;
    this.leftAt = due;
    return this.last.step();
  }

  private takeNext(now: number): number {
    const { exit, elements } = this;
    for (;;) {
      let due = exit.nextDue();
      let at = -1;
      for (let i = elements.length - 1; i >= 0; i--) {
        const elementDue = elements[i].nextDue();
        if (elementDue < due) {
          due = elementDue;
          at = i;
        }
      }
      if (due > now || due === Number.POSITIVE_INFINITY) return -1;
      this.leftAt = due;
      if (at < 0) return exit.shift();
      if (at < this.eager) this.clock = due;
      const id = elements[at].step();
      if (id >= 0) {
        if (at === elements.length - 1) return id;
        elements[at + 1].arrive(due, id);
      }
      this.attempt(due, at + 1);
    }
  }

  earliest(now: number): number {
    let earliest = now;
    for (const element of this.elements) earliest = element.earliest(earliest);
    return earliest;
  }

  /** Packets in element number `first` and behind it, besides the one that is on its way there; not those that only wait to be taken. */
  private heldFrom(first: number): number {
    let held = this.packets.used - 1 - this.exit.size;
    for (let i = 0; i < first; i++) held -= this.elements[i].size;
    return held;
  }

  release(now: number): void {
    if (this.eager === this.elements.length) return;
    const last = this.elements[this.eager];
    for (let due = last.nextDue(); due <= now; due = last.nextDue()) this.exit.push(due, last.step());
  }

  /** Packets may have come to elements number `from` and behind: where there are slots, that is a time to look for one to send. */
  private attempt(now: number, from: number): void {
    for (let i = from; i < this.eager; i++) this.slotted[i]?.attempt(now);
  }
}
