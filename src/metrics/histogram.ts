import type { DelayCurve } from '../record/schema.ts';
import type { Percentiles } from './percentiles.ts';

/** 2^9 buckets per power of two, each told by its middle: a relative error of at most 2^-10. */
const STEPS_LOG2 = 9;
/** 2^42 ns are 73 minutes. */
const OCTAVES = 42;
const BUCKETS = OCTAVES << STEPS_LOG2;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
double[0] = 1;
/** Which half holds sign, exponent and the top of the fraction. */
const UPPER = halves[0] === 0 ? 1 : 0;
/** Fraction bits in the upper half that are finer than a bucket. */
const DROPPED = 20 - STEPS_LOG2;
/** The bucket number that 1 ns would have without the subtraction. */
const ORIGIN = halves[UPPER] >>> DROPPED;

/** Percentile points that resolve the tail: every 2 %, then ten steps per decade up to 99.99 %. */
const CURVE_QUANTILES: readonly number[] = [
  ...Array.from({ length: 45 }, (_, i) => i / 50),
  ...Array.from({ length: 10 }, (_, i) => (90 + i) / 100),
  ...Array.from({ length: 9 }, (_, i) => (991 + i) / 1000),
  ...Array.from({ length: 9 }, (_, i) => (9991 + i) / 10_000),
  1,
];

/**
 * Delays in ns from 1 ns to over an hour, in log-linear buckets (the idea of HdrHistogram) whose number is read off
 * the top bits of the double: exponent, then the first bits of the fraction. Count, sum, least and greatest are
 * exact. 84 KiB. A record costs about 10 ns where hdr-histogram-js took 190 in plain JavaScript and 26 in
 * WebAssembly, which takes whole numbers only (Node 20).
 */
export class DelayHistogram {
  /** Delays recorded; negative ones are not among them. */
  count = 0;
  /** In ns. */
  sum = 0;
  /** In ns; Infinity and -Infinity while empty. */
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Values below zero: the clocks disagree, so they are told apart and recorded nowhere else. */
  negative = 0;

  private readonly buckets = new Uint32Array(BUCKETS);

  record(ns: number): void {
    if (!(ns >= 0)) {
      this.negative++;
      return;
    }
    this.count++;
    this.sum += ns;
    if (ns < this.min) this.min = ns;
    if (ns > this.max) this.max = ns;
    // Adding 0 turns -0, whose sign bit would count, into 0.
    double[0] = ns + 0;
    const bucket = (halves[UPPER] >>> DROPPED) - ORIGIN;
    this.buckets[bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1]++;
  }

  /** The delay in ns that a share `q` of the delays does not exceed (nearest rank); undefined when there are none. */
  quantile(q: number): number | undefined {
    return this.count === 0 ? undefined : this.quantiles([q])[0];
  }

  /** In units of `unitNs`; undefined when there are no delays. */
  percentiles(unitNs: number): Percentiles | undefined {
    if (this.count === 0) return undefined;
    const [min, p50, p95, p99, p999, max] = this.quantiles([0, 0.5, 0.95, 0.99, 0.999, 1]).map((ns) => ns / unitNs);
    return { min, p50, p95, p99, p999, max };
  }

  /** Undefined when there are no delays. */
  curve(): DelayCurve | undefined {
    if (this.count === 0) return undefined;
    const seconds = this.quantiles(CURVE_QUANTILES).map((ns) => ns / 1e9);
    return { quantiles: [...CURVE_QUANTILES], seconds };
  }

  /** Of ascending `qs`, in one pass. */
  private quantiles(qs: readonly number[]): number[] {
    let bucket = -1;
    let below = 0;
    return qs.map((q) => {
      // The subtraction keeps the rank right where q * count is a whole number that the product misses by a rounding.
      const rank = Math.max(1, Math.ceil(q * this.count - 1e-6));
      if (rank === 1) return this.min;
      if (rank >= this.count) return this.max;
      while (below < rank) below += this.buckets[++bucket];
      return Math.min(this.max, Math.max(this.min, middleOf(bucket)));
    });
  }
}

function middleOf(bucket: number): number {
  const step = 2 ** -STEPS_LOG2;
  const fraction = (bucket % (1 << STEPS_LOG2)) * step;
  return 2 ** (bucket >>> STEPS_LOG2) * (1 + fraction + step / 2);
}
