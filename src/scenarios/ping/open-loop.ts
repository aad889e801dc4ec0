import { Pacer } from '../../apps/pacer.ts';
import { DelayHistogram } from '../../metrics/histogram.ts';
import { SequenceTracker } from '../../metrics/sequence.ts';
import type { Schedule } from '../scenario.ts';
import type { Asker } from './closed-loop.ts';
import { type Asking, RecentRoundTrips, type RoundTripResult } from './round-trips.ts';

/** Requests by the clock, whatever became of those before: what was late to be sent counts as delay. */
export class OpenLoop implements Asking {
  readonly recent = new RecentRoundTrips();
  readonly #asker: Asker;
  readonly #schedule: Schedule;
  readonly #pacer: Pacer;
  readonly #tracker = new SequenceTracker();
  readonly #histogram = new DelayHistogram();
  #sequence = 0;
  /** Number of the window's first request. */
  #first = -1;
  #last = 0;
  #closed = false;
  over = false;

  constructor(asker: Asker, schedule: Schedule, perSecond: number) {
    this.#asker = asker;
    this.#schedule = schedule;
    this.#pacer = new Pacer(1e9 / perSecond);
    asker.arm(schedule.start);
  }

  turn(now: number): void {
    const { start, warmEnd, open, close } = this.#schedule;
    if (this.#closed) return;
    if (now >= close) {
      this.#closed = true;
      return this.#check();
    }
    const measured = now >= open;
    if (!measured && now >= warmEnd) return this.#asker.arm(open);
    if (measured && this.#first < 0) this.#first = this.#sequence;
    for (let due = this.#pacer.due(now, measured ? open : start); due > 0; due--) {
      const intended = this.#pacer.nextSlot();
      const taken = this.#asker.ask(this.#sequence, intended);
      this.#pacer.sent(taken ? 1 : 0, !taken);
      // What is due stays due, its delay running; but the window opens and closes on time.
      if (!taken) return this.#asker.arm(now < open ? open : close);
      this.#sequence++;
    }
    this.#asker.arm(Math.min(this.#pacer.nextSlot(), measured ? close : open));
  }

  answered(sequence: number, intended: number, arrival: number): void {
    const measured = intended >= this.#schedule.open;
    if (!this.#tracker.add(sequence, measured)) return;
    const rtt = arrival - intended;
    this.recent.add(rtt);
    if (!measured) return;
    this.#histogram.record(rtt);
    this.#last = arrival;
    this.#check();
  }

  #check(): void {
    if (this.#closed && this.#histogram.count >= this.#sequence - this.#begin) this.over = true;
  }

  get #begin(): number {
    return this.#first < 0 ? this.#sequence : this.#first;
  }

  giveUp(): void {
    this.over = true;
  }

  result(): RoundTripResult {
    const { sent, delivered, duplicates } = this.#tracker.account(this.#begin, this.#sequence);
    const rtt = this.#histogram.percentiles(1e6);
    const curve = this.#histogram.curve();
    return {
      ...{ sent, answered: delivered, missed: this.#pacer.missed, backlog: this.#pacer.backlog(this.#schedule.close) },
      ...{ late: 0, duplicates },
      seconds: delivered > 0 ? (this.#last - this.#schedule.open) / 1e9 : 0,
      ...(rtt && curve ? { rtt, curve } : {}),
    };
  }
}
