import type { Taus113 } from './prng.ts';
import type { Chance } from './profile.ts';
import { roundEven } from './round-even.ts';

const ALL_ONES = 0xffffffff;

/** A probability or correlation as tc hands it to the kernel. */
export const toU32 = (p: number): number => roundEven(p * ALL_ONES);

/** Whether the kernel's sum of two probabilities, which has 32 bits too, comes out too small. */
export const sumWraps = (p: number, q: number): boolean => toU32(p) + toU32(q) > ALL_ONES;

/**
 * The numbers of netem's `get_crandom`: each is the last one, weighted with the correlation, plus a fresh one, weighted with the rest.
 * The first `last`, which the kernel takes from anywhere, comes from `other`: so a seed fixes all.
 */
export class CorrelatedDraws {
  private readonly prng: Taus113;
  private readonly weight: number;
  private last = 0;

  constructor(correlation: number, prng: Taus113, other: Taus113) {
    const rho = toU32(correlation);
    this.prng = prng;
    this.weight = rho === 0 ? 0 : rho + 1;
    if (rho !== 0) this.last = other.next();
  }

  /** 32 bits, as an unsigned number. */
  next(): number {
    return this.weight === 0 ? this.prng.next() : this.filtered();
  }

  /** floor((value * (2^32 - weight) + last * weight) / 2^32), in halves of `weight` so that doubles hold it exactly. */
  private filtered(): number {
    const value = this.prng.next();
    const step = this.last - value;
    const low = this.weight % 65_536;
    const high = (this.weight - low) / 65_536;
    this.last = value + Math.floor((step * high + Math.floor((step * low) / 65_536)) / 65_536);
    return this.last;
  }
}

/** Whether something happens to a packet, packet by packet. */
export interface EventProcess {
  happens(): boolean;
}

/** With a probability, with the draws and comparisons of netem. */
class ChanceProcess implements EventProcess {
  private readonly p: number;
  private readonly draws: CorrelatedDraws;

  constructor({ p, correlation }: Chance, prng: Taus113, other: Taus113) {
    this.p = toU32(p);
    this.draws = new CorrelatedDraws(correlation, prng, other);
  }

  happens(): boolean {
    return this.p >= this.draws.next();
  }
}

/** Undefined for what never happens, which costs no draw. */
export const chanceProcess = (chance: Chance | undefined, prng: Taus113, other: Taus113): EventProcess | undefined =>
  chance && toU32(chance.p) > 0 ? new ChanceProcess(chance, prng, other) : undefined;
