import type { AckEvent } from './control.ts';
import { LossMeter } from './loss-meter.ts';
import type { PathModel } from './path-model.ts';

const GROWTH = 1.15;
/** So many probes in a row have to bring more before the start-up is repeated. */
const GROWTHS = 2;

export type UpResult = 'pending' | 'congested' | 'clean' | 'more' | 'much more';

/** What became of the packets that were sent while probing for more bandwidth: it is known a round trip later. */
export class UpProbe {
  readonly #losses = new LossMeter();
  #pending = false;
  #bandwidthBefore = 0;
  #growths = 0;

  begin(now: number, bandwidth: number): void {
    this.#losses.open(now);
    this.#pending = true;
    this.#bandwidthBefore = bandwidth;
  }

  end(now: number): void {
    this.#losses.close(now);
  }

  cancel(): void {
    this.#pending = false;
    this.#growths = 0;
  }

  /** `ackedSentAt`: when the newest packet that is acknowledged had been sent. */
  judge(event: AckEvent, ackedSentAt: number, model: PathModel): UpResult {
    const losses = this.#losses;
    losses.add(ackedSentAt, event.ackedBytes, event.lostSentAt, event.lostBytes);
    if (!this.#pending) return 'pending';
    const grown = model.maxBandwidth >= GROWTH * this.#bandwidthBefore;
    const of = Math.max(losses.total, event.sentInflight);
    if (!grown && model.baseline.exceeded(losses.lostBytes, losses.total, of)) {
      this.cancel();
      return 'congested';
    }
    if (!losses.settled(ackedSentAt)) return 'pending';
    this.#pending = false;
    if (!grown || event.rateAppLimited) this.#growths = 0;
    else if (model.empty(event.rttNs)) {
      if (++this.#growths < GROWTHS) return 'more';
      this.#growths = 0;
      return 'much more';
    }
    return 'clean';
  }
}
