import type { Evidence } from './evidence.ts';

/** How much is measured: `full` takes the largest amounts of data too. */
export type Extent = 'quick' | 'usual' | 'full';

/** A workload over a link, both in the words of the command line. */
export interface AskedCase {
  readonly scenario: string;
  readonly link: string;
  /** Length of the window, where it is not that of the run. */
  readonly seconds?: number;
  /** Asked only of transports that no lab can carry, in place of a case that they cannot be put to. */
  readonly fallback?: true;
}

/** The two transports that the table of claims compares, by their names. */
export type Side = 'udp' | 'tcp';

/** What was seen of one transport. */
export interface Finding {
  /** In words, a few of them each. */
  readonly figures: readonly string[];
  /** Whose part of the claim it behaves as; absent where the figures do not say. */
  readonly side?: Side;
  /** Why that is said, or what it is only true for. */
  readonly why: string;
  /** The claim is true only as far as `why` says. */
  readonly limited?: true;
}

/** One row of a table that compares UDP and TCP, and how to find out whether it is true. */
export interface Claim {
  readonly name: string;
  /** What the table says of either. */
  readonly says: Readonly<Record<Side, string>>;
  /** What it is judged by. */
  cases(extent: Extent): readonly AskedCase[];
  /** Pure; asked only where at least one trial of its cases was completed. */
  judge(evidence: Evidence): Finding;
}
