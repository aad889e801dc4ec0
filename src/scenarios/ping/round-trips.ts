import type { Percentiles } from '../../metrics/percentiles.ts';
import type { DelayCurve } from '../../record/schema.ts';

/** What a client found; times in ms. */
export interface RoundTripResult {
  /** Requests of the window. */
  readonly sent: number;
  readonly answered: number;
  /** Slots that passed while the generator was late, and those whose request the transport had not taken by the end. */
  readonly missed: number;
  readonly backlog: number;
  /** Answers to requests that had been given up. */
  readonly late: number;
  readonly duplicates: number;
  /** From the opening of the window to the last answer to a request of it, in seconds. */
  readonly seconds: number;
  readonly opsPerSecond?: number;
  readonly rtt?: Percentiles;
  readonly curve?: DelayCurve;
}

/** How the client asks: one request after the other, or by the clock. */
export interface Asking {
  /** The turn that it armed its timer for, or `onWritable`. */
  turn(now: number): void;
  /** An answer of this trial; `intended`: as it was stamped on its request. */
  answered(sequence: number, intended: number, arrival: number): void;
  readonly recent: RecentRoundTrips;
  /** No request of the window is still to be sent or waited for. */
  readonly over: boolean;
  /** What is out by then is lost. */
  giveUp(): void;
  result(): RoundTripResult;
}

/** The mean round trip of what was answered since the last look, in ms. */
export class RecentRoundTrips {
  #sum = 0;
  #count = 0;

  add(ns: number): void {
    this.#sum += ns;
    this.#count++;
  }

  take(): number | undefined {
    const mean = this.#count === 0 ? undefined : this.#sum / this.#count / 1e6;
    this.#sum = 0;
    this.#count = 0;
    return mean;
  }
}
