import type { Frames } from './frames.ts';
import type { LinkModel } from './model.ts';
import { MAX_HELD } from './profile.ts';

/** One more than a model holds: the frame that is being offered; and its copy. */
const SLOTS = MAX_HELD + 2;

/** Numbered frames without contents, and what became of the first `watched` of them. */
export class ProbeFrames implements Frames {
  private readonly free = Int32Array.from({ length: SLOTS }, (_, i) => i);
  private freeCount = SLOTS;
  private readonly numberOf = new Uint32Array(SLOTS);
  private sent = 0;
  private readonly sentAt: Float64Array;
  /** NaN for what has not come. */
  private readonly delayOf: Float64Array;

  constructor(watched: number) {
    this.sentAt = new Float64Array(watched);
    this.delayOf = new Float64Array(watched).fill(Number.NaN);
  }

  /** Offers the next frame. */
  send(model: LinkModel, now: number, bytes: number): void {
    const slot = this.free[--this.freeCount];
    this.numberOf[slot] = this.sent;
    if (this.sent < this.sentAt.length) this.sentAt[this.sent] = now;
    this.sent++;
    model.offer(now, slot, bytes);
  }

  receive(slot: number, now: number): void {
    const number = this.numberOf[slot];
    if (Number.isNaN(this.delayOf[number])) this.delayOf[number] = now - this.sentAt[number];
    this.free[this.freeCount++] = slot;
  }

  copy(slot: number): number {
    if (this.freeCount === 0) return -1;
    const copy = this.free[--this.freeCount];
    this.numberOf[copy] = this.numberOf[slot];
    return copy;
  }

  drop(slot: number): void {
    this.free[this.freeCount++] = slot;
  }

  corrupt(): boolean {
    return true;
  }

  markCongestion(): boolean {
    return false;
  }

  flowHash(): number {
    return 0;
  }

  /** In ns, ascending. */
  delays(): Float64Array {
    return this.delayOf.filter((delay) => !Number.isNaN(delay)).sort();
  }

  /** Lengths of the runs of watched frames that never came, ascending. */
  lossRuns(): number[] {
    const runs: number[] = [];
    let run = 0;
    const close = (): void => {
      if (run > 0) runs.push(run);
      run = 0;
    };
    for (const delay of this.delayOf) {
      if (Number.isNaN(delay)) run++;
      else close();
    }
    close();
    return runs.sort((a, b) => a - b);
  }
}
