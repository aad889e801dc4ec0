import type { Pattern } from './bottleneck.ts';
import type { Cell } from './journal.ts';

/** One transport on one link with one seed. */
export interface LossCell extends Cell {
  readonly transport: string;
  readonly rttMs: number;
  readonly lossPercent: number;
  readonly pattern: Pattern;
  readonly queuePackets: number;
  /** Of the window. */
  readonly seconds: number;
  readonly seed: number;
  /** Payload that could get through at this mean loss, bit/s. */
  readonly ceiling: number;
  /** Why there are no figures. */
  readonly reason?: string;
  /** Goodput / ceiling in the window, after the warm-up. */
  readonly steady?: number;
  /** The same from the first byte to the close of the window: slow start counts. */
  readonly whole?: number;
  /** What the link's model lost, of the packets in the data's direction. */
  readonly realisedLoss?: number;
  readonly queueDropped?: number;
  readonly retransmits?: number;
  readonly spurious?: number;
  readonly flags?: readonly string[];
}

/** What the cells of one point have in common, but for transport and seed. */
export const pointOf = ({ pattern, rttMs, lossPercent }: LossCell): string => `${pattern} ${rttMs} ${lossPercent}`;

/** The cells of a pattern; what was measured without loss belongs to both. */
export const ofPattern = (cells: readonly LossCell[], pattern: Pattern): LossCell[] =>
  cells.filter((cell) => cell.pattern === pattern || cell.lossPercent === 0).map((cell) => ({ ...cell, pattern }));

export const PATTERNS: readonly (readonly [Pattern, string])[] = [
  ['iid', 'Independent loss'],
  ['bursts', 'Loss in bursts of 4 packets on average'],
];
