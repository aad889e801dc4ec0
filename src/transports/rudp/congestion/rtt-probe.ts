import type { MinRtt } from './min-rtt.ts';

const HOLD_NS = 200e6;

/** The wait for a round trip without a queue: until there is one, and once little enough is in flight 200 ms or a round. */
export class RttProbe {
  #begunAt = NaN;
  #since = NaN;

  begin(now: number): void {
    this.#begunAt = now;
    this.#since = NaN;
  }

  /** `low`: little enough is in flight; `roundNs`: how long a round takes now. True when the probe is over; `rtt` is up to date then. */
  done(now: number, low: boolean, roundNs: number, rtt: MinRtt): boolean {
    if (rtt.seenSince(this.#begunAt)) return true;
    if (Number.isNaN(this.#since)) {
      if (!low) return false;
      this.#since = now;
      rtt.look();
    }
    if (now - this.#since < Math.max(HOLD_NS, roundNs)) return false;
    rtt.looked(now);
    return true;
  }
}
