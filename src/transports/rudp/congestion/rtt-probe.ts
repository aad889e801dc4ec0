import type { MinRtt } from './min-rtt.ts';

const HOLD_NS = 200e6;

/** The wait for a round trip without a queue: once little enough is in flight, 200 ms or a round. */
export class RttProbe {
  #ends = NaN;

  begin(): void {
    this.#ends = NaN;
  }

  /** `low`: little enough is in flight. True when the probe is over; `rtt` is up to date then. */
  done(now: number, low: boolean, roundNs: number, rtt: MinRtt): boolean {
    if (Number.isNaN(this.#ends)) {
      if (!low) return false;
      this.#ends = now + Math.max(HOLD_NS, roundNs);
      rtt.look();
    }
    if (now < this.#ends) return false;
    rtt.looked(now);
    return true;
  }
}
