import { chanceProcess, type EventProcess, toU32 } from './chance.ts';
import type { Taus113 } from './prng.ts';
import type { LossModel } from './profile.ts';

/** Whether a packet is lost, with the draws and comparisons of sch_netem. `other`: see `CorrelatedDraws`. */
export function lossProcess(model: LossModel | undefined, prng: Taus113, other: Taus113): EventProcess | undefined {
  if (model?.kind === 'gemodel') return new GilbertElliott(model, prng);
  if (model?.kind === 'state') return new FourStates(model, prng);
  return chanceProcess(model, prng, other);
}

/** `loss_gilb_ell`: two draws for a packet; the state before the transition decides. */
class GilbertElliott implements EventProcess {
  private readonly prng: Taus113;
  private readonly toBad: number;
  private readonly toGood: number;
  private readonly keptInBad: number;
  private readonly lostInGood: number;
  private bad = false;

  constructor(model: LossModel & { kind: 'gemodel' }, prng: Taus113) {
    this.prng = prng;
    this.toBad = toU32(model.p);
    this.toGood = toU32(model.r);
    this.keptInBad = 0xffffffff - toU32(model.h1);
    this.lostInGood = toU32(model.k1);
  }

  happens(): boolean {
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

/**
 * `loss_4state`: one draw for a packet; the state that it leads to decides. 1: good; 2: good within a burst; 3: lost in a burst; 4: lost
 * alone. Sums of probabilities wrap around 2^32, as they do there.
 */
class FourStates implements EventProcess {
  private readonly prng: Taus113;
  private readonly p14: number;
  private readonly p14or13: number;
  private readonly p23: number;
  private readonly p32: number;
  private readonly p32or31: number;
  private state = 1;

  constructor(model: LossModel & { kind: 'state' }, prng: Taus113) {
    this.prng = prng;
    this.p14 = toU32(model.p14);
    this.p14or13 = (this.p14 + toU32(model.p13)) >>> 0;
    this.p23 = toU32(model.p23);
    this.p32 = toU32(model.p32);
    this.p32or31 = (this.p32 + toU32(model.p31)) >>> 0;
  }

  happens(): boolean {
    this.state = this.following(this.prng.next());
    return this.state >= 3;
  }

  private following(draw: number): number {
    switch (this.state) {
      case 1:
        return draw < this.p14 ? 4 : draw < this.p14or13 ? 3 : 1;
      case 2:
        return draw < this.p23 ? 3 : 2;
      case 3:
        return draw < this.p32 ? 2 : draw < this.p32or31 ? 1 : 3;
      default:
        return 1;
    }
  }
}
