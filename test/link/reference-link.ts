import { LossProcess } from '../../src/link/loss.ts';
import { Taus113 } from '../../src/link/prng.ts';
import type { DirectionProfile } from '../../src/link/profile.ts';

interface Held {
  readonly due: number;
  readonly order: number;
  readonly slot: number;
}

/** The link model in its plainest form: one list, sorted and searched at every step. */
export class ReferenceLink {
  readonly held: Held[] = [];
  private readonly profile: DirectionProfile;
  private readonly prng: Taus113;
  private readonly loss: LossProcess;
  private arrivals = 0;
  private last = -Infinity;

  constructor(profile: DirectionProfile, seed: number) {
    this.profile = profile;
    this.prng = new Taus113(seed);
    this.loss = new LossProcess(profile.loss, this.prng);
  }

  offer(now: number, slot: number, bytes: number): boolean {
    const { delayNs, jitterNs, rateBps, limit = Infinity, queue = Infinity } = this.profile;
    const order = this.arrivals++;
    if (this.loss.lost() || this.held.length >= limit) return false;
    if (rateBps !== undefined && this.held.filter(({ due }) => due > now + delayNs).length >= queue) return false;
    const jitter = jitterNs > 0 ? (this.prng.next() % (2 * jitterNs)) - jitterNs : 0;
    let due = Math.max(now, now + delayNs + jitter);
    if (rateBps !== undefined) {
      due = Math.max(due, this.last) + bytes * (8e9 / rateBps);
      this.last = due;
    }
    this.held.push({ due, order, slot });
    this.held.sort((a, b) => a.due - b.due || a.order - b.order);
    return true;
  }

  take(now: number): number {
    const first = this.held[0];
    if (!first || first.due > now) return -1;
    this.held.shift();
    return first.slot;
  }
}
