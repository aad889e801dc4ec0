import { LinkModel } from '../../src/link/model.ts';
import { MAX_HELD, type Netem, type Rate, type Stage } from '../../src/link/profile.ts';
import { FakeFrames } from './fake-frames.ts';

/** A netem stage with room for all that a test offers. */
export const netem = (words: Partial<Netem>): Netem => ({ kind: 'netem', limit: MAX_HELD, ...words });

export const delay = (ns: number, jitterNs = 0, correlation = 0) => ({ ns, jitterNs, correlation });

export const rate = (bps: number, more: Partial<Rate> = {}): Rate => ({
  bps,
  packetOverhead: 0,
  cellBytes: 0,
  cellOverhead: 0,
  ...more,
});

export const random = (p: number, correlation = 0) => ({ kind: 'random' as const, p, correlation });

/** A link model with frames to offer it; slots are numbered from 0 on. */
export class Rig {
  readonly frames: FakeFrames;
  readonly link: LinkModel;
  private slots = 0;

  constructor(stages: readonly Stage[], seed: number | bigint = 1, frames = new FakeFrames()) {
    this.frames = frames;
    this.link = new LinkModel({ stages }, seed, frames);
  }

  /** Offers one more frame and tells its slot. */
  offer(now: number, bytes = 1000, frame: Parameters<FakeFrames['arrive']>[1] = {}): number {
    const slot = this.frames.arrive(this.slots++, frame);
    this.link.offer(now, slot, bytes);
    return slot;
  }

  /** [slot, due] of all that leaves by `until`, in order. */
  take(until = Infinity): [number, number][] {
    const out: [number, number][] = [];
    while (this.link.nextDue() <= until && this.link.held() > 0) {
      const slot = this.link.take(until);
      if (slot < 0) continue;
      this.frames.taken(slot);
      out.push([slot, this.link.takenDue]);
    }
    return out;
  }

  get counters() {
    return this.link.counters;
  }
}
