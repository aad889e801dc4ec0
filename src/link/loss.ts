import type { Taus113 } from './prng.ts';
import type { LossModel } from './profile.ts';

const ALL_ONES = 0xffffffff;

/** A probability as tc hands it to the kernel. */
const toU32 = (p: number): number => Math.round(p * ALL_ONES);

/** Decides packet by packet, with the draws and comparisons of sch_netem (`loss_event`, `loss_gilb_ell`). */
export class LossProcess {
  private readonly prng: Taus113;
  private readonly random: number;
  private readonly chain: boolean;
  private readonly toBad: number;
  private readonly toGood: number;
  private readonly keptInBad: number;
  private readonly lostInGood: number;
  private bad = false;

  constructor(model: LossModel | undefined, prng: Taus113) {
    const gilbertElliott = model?.kind === 'gemodel' ? model : undefined;
    this.prng = prng;
    this.random = model?.kind === 'random' ? toU32(model.p) : 0;
    this.chain = gilbertElliott !== undefined;
    this.toBad = toU32(gilbertElliott?.p ?? 0);
    this.toGood = toU32(gilbertElliott?.r ?? 0);
    this.keptInBad = ALL_ONES - toU32(gilbertElliott?.h1 ?? 0);
    this.lostInGood = toU32(gilbertElliott?.k1 ?? 0);
  }

  /** Whether the next packet is lost. */
  lost(): boolean {
    if (this.chain) return this.lostInChain();
    return this.random !== 0 && this.random >= this.prng.next();
  }

  /** The state before the transition decides. */
  private lostInChain(): boolean {
    const move = this.prng.next();
    const fate = this.prng.next();
    if (this.bad) {
      if (move < this.toGood) this.bad = false;
      return fate > this.keptInBad;
    }
    if (move < this.toBad) this.bad = true;
    return fate < this.lostInGood;
  }
}
