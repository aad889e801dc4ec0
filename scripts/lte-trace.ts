import { seeded } from '../src/stats/xoshiro.ts';

/** What one direction of a made-up LTE link is like. Times in ms, rates in kbit per ms, which are Mbit/s. */
export interface LteTraceOptions {
  readonly seed: number;
  readonly ms: number;
  /** Median of what the radio carries while this user is served. */
  readonly medianRate: number;
  /** Most that the modem takes. */
  readonly peakRate: number;
}

/** The traces that netduel ships. One seed for both directions: they share the radio, so they fade and hand over together. */
export const SHIPPED: Readonly<Record<string, LteTraceOptions>> = {
  'lte-down.trace': { seed: 5, ms: 40_000, medianRate: 14, peakRate: 45 },
  'lte-up.trace': { seed: 5, ms: 40_000, medianRate: 6, peakRate: 20 },
};

/** A delivery opportunity is one packet of 1,500 bytes. */
const OPPORTUNITY_KBIT = 12;

/** Logarithm of the radio's rate: slow is shadowing while the user walks, fast is fading. Deviation, and time to forget. */
const SHADOWING = { deviation: 0.45, ms: 4000 };
const FADING = { deviation: 0.25, ms: 60 };

/** Share of the cell's 1 ms slots that the user gets while others load it, and for how long at a time. */
const LOADS = [
  { share: 0.9, ms: 3000 },
  { share: 0.5, ms: 2500 },
  { share: 0.2, ms: 1200 },
] as const;

/** Handovers to another cell, during which nothing is carried. */
const HANDOVER = { everyMs: 12_000, minMs: 40, maxMs: 160 };

/**
 * Opportunities of a made-up LTE link as a trace in Mahimahi's format, in ms. The radio's rate is a log-normal process of two
 * first-order autoregressions; a Markov chain of cell loads decides which slots the user gets; handovers interrupt. From
 * rate to opportunities as `mm-rate-to-events` does it: one whenever 12,000 bits are in reserve, the rest carried on.
 */
export function lteTrace({ seed, ms, medianRate, peakRate }: LteTraceOptions): number[] {
  const uniform = seeded(seed);
  const shadowing = autoregression(SHADOWING, uniform);
  const fading = autoregression(FADING, uniform);
  const exponential = (mean: number): number => Math.ceil(-mean * Math.log(1 - uniform()));
  const trace: number[] = [];
  let load = 0;
  let loadEnds = exponential(LOADS[load].ms);
  let handover = exponential(HANDOVER.everyMs);
  let served = 0;
  let reserve = 0;
  for (let now = 1; now <= ms; now++) {
    const rate = Math.min(peakRate, medianRate * Math.exp(shadowing() + fading()));
    if (now >= loadEnds) {
      load = (load + (uniform() < 0.5 ? 1 : 2)) % LOADS.length;
      loadEnds = now + exponential(LOADS[load].ms);
    }
    if (now >= handover) {
      served = now + HANDOVER.minMs + Math.floor(uniform() * (HANDOVER.maxMs - HANDOVER.minMs));
      handover = served + exponential(HANDOVER.everyMs);
    }
    if (now < served || uniform() >= LOADS[load].share) continue;
    for (reserve += rate; reserve >= OPPORTUNITY_KBIT; reserve -= OPPORTUNITY_KBIT) trace.push(now);
  }
  return trace;
}

interface Autoregression {
  readonly deviation: number;
  readonly ms: number;
}

/** A stationary first-order process about zero, one value per ms. */
function autoregression({ deviation, ms }: Autoregression, uniform: () => number): () => number {
  const kept = Math.exp(-1 / ms);
  const fresh = deviation * Math.sqrt(1 - kept * kept);
  // Box and Muller.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  let value = deviation * normal();
  return () => {
    value = kept * value + fresh * normal();
    return value;
  };
}

/** Mahimahi's format: a line per opportunity. */
export const traceText = (ms: readonly number[]): string => `${ms.join('\n')}\n`;
