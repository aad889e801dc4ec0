import type { Percentiles } from '../../metrics/percentiles.ts';
import type { DelayCurve } from '../../record/schema.ts';
import type { Counts } from './stats.ts';

/** What all clients of a trial have found. */
export interface ClientResult {
  /** Measured messages that transports took, and the copies that all others in the rooms should have had of them. */
  readonly sent: number;
  readonly owed: number;
  readonly sentBytes: number;
  /** Slots that passed while the generator was late; that waited for a transport at the end; of clients that had been shown out. */
  readonly missed: number;
  readonly backlog: number;
  readonly silenced: number;
  readonly delivered: number;
  readonly deliveredBytes: number;
  readonly duplicates: number;
  readonly violations: number;
  readonly strays: number;
  /** From the opening of the window to the last copy; 0 when there was none. */
  readonly lastSeconds: number;
  readonly windowSeconds: number;
  readonly joinSeconds: number;
  /** Jain's index of delivered / owed, reader by reader. */
  readonly fairness?: number;
  readonly counts: Counts;
  readonly socketDrops?: number;
  readonly negativeDelays: number;
  /** Seconds. */
  readonly delay?: Percentiles & { readonly curve: DelayCurve };
}
