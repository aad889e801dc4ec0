import type { Trace } from '../profile.ts';

/** What may leave at one opportunity, as Mahimahi counts (its MTU and 4 bytes of tunnel header). */
export const OPPORTUNITY_BYTES = 1504;
/** A frame without its Ethernet header, plus those 4. */
const HEADER_DIFFERENCE = 10;
const NS_PER_MS = 1e6;

/** A frame's size in a trace. */
export const tracedBytes = (frameBytes: number): number => Math.max(1, frameBytes - HEADER_DIFFERENCE);

/** The times of a trace, repeated for ever: numbered from 0 on, in ns since its start. */
export class Opportunities {
  private readonly ms: Uint32Array;
  private readonly periodMs: number;

  constructor({ ms }: Trace) {
    this.ms = ms;
    this.periodMs = ms[ms.length - 1];
  }

  at(index: number): number {
    const { ms } = this;
    const within = index % ms.length;
    return (((index - within) / ms.length) * this.periodMs + ms[within]) * NS_PER_MS;
  }

  /** The first opportunity later than `ns`. */
  after(ns: number): number {
    const { ms, periodMs } = this;
    const periods = Math.max(0, Math.floor(ns / (periodMs * NS_PER_MS)));
    const within = ns / NS_PER_MS - periods * periodMs;
    let low = 0;
    let high = ms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ms[middle] > within) high = middle;
      else low = middle + 1;
    }
    return periods * ms.length + low;
  }

  /** The longest time, in ns, that any `count` opportunities in a row take, the wait for the first one included. */
  longest(count: number): number {
    let longest = this.at(count - 1);
    for (let i = 0; i < this.ms.length; i++) longest = Math.max(longest, this.at(i + count) - this.at(i));
    return longest;
  }
}
