import type { BareLab } from '../outside-lab.ts';
import type { Bound } from './bound.ts';

/** What sees the link from outside. `kernel`: the counters of the receiver's, in /proc/net. */
export type Tool = 'ping' | 'iperf3' | 'irtt' | 'dumpcap' | 'tshark' | 'kernel';

/** One thing that a case measures: a number within bounds, or a text that is known to the letter. */
export type Figure = { readonly what: string; readonly closedForm: string } & (
  | { readonly unit: '' | 'ms' | '%' | 'Mbit/s'; readonly bound: Bound }
  | { readonly exactly: string }
);

export type Measured = number | string;

/** A word of a link profile, put to the test in a lab. */
export interface WordCase {
  readonly word: string;
  /** As `--link` takes it. */
  readonly link: string;
  readonly tools: readonly Tool[];
  readonly figures: readonly Figure[];
  /** On a fresh link; what it answers stands beside `figures`. */
  readonly measure: (lab: BareLab) => Promise<readonly Measured[]>;
}

/** Undefined where a measured value is what its figure allows, else what is wrong. */
export function wrong(figure: Figure, measured: Measured): string | undefined {
  if ('exactly' in figure) {
    return measured === figure.exactly ? undefined : `${figure.what}: ${measured} instead of ${figure.exactly}`;
  }
  const { least, most, why } = figure.bound;
  if (typeof measured === 'number' && measured >= least && measured <= most) return undefined;
  return `${figure.what}: ${measured} ${figure.unit} is not within ${least} to ${most} (${why})`;
}
