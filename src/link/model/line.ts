import { DueQueue } from '../due-queue.ts';
import type { Element } from './element.ts';
import type { Packets } from './packets.ts';
import type { SlotProcess } from './slots.ts';

/** Holds packets until they are due, and then, where there are slots, until theirs opens. */
export class Line implements Element {
  protected readonly packets: Packets;
  private readonly queue = new DueQueue();
  private readonly slots: SlotProcess | undefined;
  /** Time of the last step with slots, which may open in the past. */
  private stepped = Number.NEGATIVE_INFINITY;

  constructor(packets: Packets, slots: SlotProcess | undefined) {
    this.packets = packets;
    this.slots = slots;
  }

  get size(): number {
    return this.queue.size;
  }

  get settled(): boolean {
    return this.slots === undefined;
  }

  arrive(now: number, id: number): void {
    this.hold(now, id);
  }

  protected hold(due: number, id: number): void {
    this.queue.push(due, id);
  }

  nextDue(): number {
    const due = this.queue.nextDue();
    return this.slots === undefined ? due : Math.max(due, this.slots.opens, this.stepped);
  }

  /** What the kernel does whenever it looks for a packet to send: a slot that opened before the first packet is due is gone. */
  attempt(now: number): void {
    if (this.slots !== undefined && this.slots.opens < this.queue.nextDue() && this.queue.size > 0)
      this.slots.renew(now);
  }

  step(): number {
    const slots = this.slots;
    if (slots === undefined) return this.queue.shift();
    const now = this.nextDue();
    this.stepped = now;
    this.attempt(now);
    if (slots.opens > now) return -1;
    const id = this.queue.shift();
    slots.spend(now, this.packets.bytes[id]);
    this.attempt(now);
    return id;
  }

  /** The sum of something over the frames inside, by their sizes. */
  total(of: (bytes: number) => number): number {
    let sum = 0;
    this.queue.forEach((id) => {
      sum += of(this.packets.bytes[id]);
    });
    return sum;
  }

  earliest(now: number): number {
    return this.slots === undefined ? now : Math.max(now, this.slots.opens);
  }
}
