import { DelayHistogram } from '../../metrics/histogram.ts';
import type { Schedule } from '../scenario.ts';
import { type Asking, RecentRoundTrips, type RoundTripResult } from './round-trips.ts';
import { Samples } from './samples.ts';
import { loopStatistics } from './statistics.ts';

/** What the loop needs of its client. */
export interface Asker {
  now(): number;
  /** Sends one request; false while there is no room. */
  ask(sequence: number, intended: number): boolean;
  arm(ns: number): void;
}

/** The next request when the last one was answered, or is taken for lost. */
export class ClosedLoop implements Asking {
  readonly recent = new RecentRoundTrips();
  readonly #asker: Asker;
  readonly #schedule: Schedule;
  /** How long an answer is waited for; Infinity where everything arrives. */
  readonly #patience: number;
  readonly #histogram = new DelayHistogram();
  readonly #samples = new Samples();
  #sequence = -1;
  #intended = 0;
  #waiting = false;
  #blocked = false;
  #sent = 0;
  #late = 0;
  #duplicates = 0;
  /** Given up, and not seen since. */
  readonly #lost = new Set<number>();
  /** Spent on requests that were lost. */
  #lostNs = 0;
  #last = 0;
  over = false;

  constructor(asker: Asker, schedule: Schedule, reliable: boolean) {
    this.#asker = asker;
    this.#schedule = schedule;
    // The longest that a packet and its answer can stay inside the link, and a margin: see `Schedule.drainEnd`.
    this.#patience = reliable ? Infinity : schedule.drainEnd - schedule.close;
    asker.arm(schedule.start);
  }

  turn(now: number): void {
    if (this.over) return;
    if (this.#blocked) return this.#offer();
    if (this.#waiting) {
      if (now < this.#intended + this.#patience) return this.#await();
      this.#waiting = false;
      this.#lost.add(this.#sequence);
      if (this.#measured) this.#lostNs += now - this.#intended;
    }
    this.#next(now);
  }

  get #measured(): boolean {
    return this.#intended >= this.#schedule.open;
  }

  #next(now: number): void {
    const { warmEnd, open, close } = this.#schedule;
    if (now >= close) {
      this.over = true;
      return;
    }
    if (now >= warmEnd && now < open) return this.#asker.arm(open);
    this.#sequence++;
    this.#intended = now;
    this.#offer();
  }

  #offer(): void {
    this.#blocked = !this.#asker.ask(this.#sequence, this.#intended);
    if (this.#blocked) return;
    this.#waiting = true;
    if (this.#measured) this.#sent++;
    this.#await();
  }

  #await(): void {
    if (this.#patience < Infinity) this.#asker.arm(this.#intended + this.#patience);
  }

  answered(sequence: number, _: number, arrival: number): void {
    if (sequence !== this.#sequence || !this.#waiting) {
      if (this.#lost.delete(sequence)) this.#late++;
      else this.#duplicates++;
      return;
    }
    this.#waiting = false;
    const rtt = arrival - this.#intended;
    this.recent.add(rtt);
    if (this.#measured) {
      this.#histogram.record(rtt);
      this.#samples.add(rtt / 1e6);
      this.#last = arrival;
    }
    this.#next(this.#asker.now());
  }

  giveUp(): void {
    this.over = true;
  }

  result(): RoundTripResult {
    const { count: answered } = this.#histogram;
    const statistics = loopStatistics(this.#samples.values);
    const curve = this.#histogram.curve();
    return {
      ...{ sent: this.#sent, answered, missed: 0, backlog: 0, late: this.#late, duplicates: this.#duplicates },
      seconds: answered > 0 ? (this.#last - this.#schedule.open) / 1e9 : 0,
      ...(statistics && curve
        ? { opsPerSecond: 1e3 / (statistics.period + this.#lostNs / 1e6 / answered), rtt: statistics, curve }
        : {}),
    };
  }
}
