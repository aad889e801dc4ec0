import { Bitmap } from './bitmap.ts';
import { Jumps } from './jumps.ts';

/**
 * How far a number may lie beyond the highest so far: bounds what one corrupt message can make us allocate to 8 MiB.
 */
export const MAX_AHEAD = 2 ** 26;

/** What became of the messages of a range of sequence numbers: sent = delivered + lost. */
export interface SequenceAccount {
  readonly sent: number;
  /** Delivered at least once. */
  readonly delivered: number;
  readonly lost: number;
  /** Copies beyond the first (RFC 5560). */
  readonly duplicates: number;
  /** Runs of consecutive lost messages (RFC 3357, loss periods). */
  readonly lossPeriods: number;
  /** Messages per loss period; absent when nothing was lost. */
  readonly lossPeriodMean?: number;
  /** Delivered after a message with a higher number (RFC 4737, Type-P-Reordered). */
  readonly reordered: number;
  /**
   * Largest reordering extent in messages (RFC 4737, 4.2): how many arrivals ago the first with a higher number came.
   * A lower bound once more than 65,536 jumps lie between. Absent when nothing was reordered.
   */
  readonly reorderExtentMax?: number;
}

/**
 * Follows the sequence numbers of one flow as they arrive; numbers start at 0. The receiver says of each message
 * whether it is a measured one (it sees so from the time stamped on it), for the first number of the measured range
 * is not known while messages arrive, and a message of the warm-up may come after the first of the range. Messages
 * that are not measured still count as arrivals that others may be late against. Allocates nothing per message.
 */
export class SequenceTracker {
  /** Numbers seen, measured or not. */
  received = 0;
  /** Copies of numbers seen before, measured or not. */
  duplicates = 0;
  /** No number of this flow: refused and otherwise ignored. */
  rejected = 0;

  private next = 0;
  private measuredReceived = 0;
  private measuredDuplicates = 0;
  private measuredReordered = 0;
  private extentMax = 0;
  private readonly seen = new Bitmap();
  private readonly jumps = new Jumps();

  /** True when this number is seen for the first time. */
  add(seq: number, measured: boolean): boolean {
    if (seq !== this.next) return this.addOutOfTurn(seq, measured);
    this.seen.add(seq);
    this.next = seq + 1;
    this.received++;
    if (measured) this.measuredReceived++;
    return true;
  }

  /**
   * Accounts for the measured range first..end-1, both given by the sender. Throws when the messages that arrived as
   * measured are not those of the range: the two ends then disagree about what was measured, and no loss may be
   * computed.
   */
  account(first: number, end: number): SequenceAccount {
    if (!(Number.isSafeInteger(first) && Number.isSafeInteger(end) && 0 <= first && first <= end)) {
      throw new RangeError(`sequence range ${first}..${end}: expected integers, 0 <= first <= end`);
    }
    const { present: delivered, absentRuns: lossPeriods } = this.seen.count(first, end);
    if (delivered !== this.measuredReceived) {
      throw new Error(
        `sequence accounts do not balance: ${this.measuredReceived} messages arrived as measured, ` +
          `but ${delivered} of the range ${first} to ${end - 1} that the sender names`,
      );
    }
    const sent = end - first;
    const lost = sent - delivered;
    return {
      sent,
      delivered,
      lost,
      duplicates: this.measuredDuplicates,
      lossPeriods,
      ...(lossPeriods > 0 ? { lossPeriodMean: lost / lossPeriods } : {}),
      reordered: this.measuredReordered,
      ...(this.measuredReordered > 0 ? { reorderExtentMax: this.extentMax } : {}),
    };
  }

  private addOutOfTurn(seq: number, measured: boolean): boolean {
    if (!(Number.isSafeInteger(seq) && seq >= 0 && seq < this.next + MAX_AHEAD)) {
      this.rejected++;
      return false;
    }
    if (seq < this.next && this.seen.has(seq)) {
      this.duplicates++;
      if (measured) this.measuredDuplicates++;
      return false;
    }
    if (seq > this.next) {
      this.jumps.add(this.received, seq);
      this.next = seq + 1;
    } else if (measured) {
      this.measuredReordered++;
      this.extentMax = Math.max(this.extentMax, this.received - this.jumps.firstAbove(seq));
    }
    this.seen.add(seq);
    this.received++;
    if (measured) this.measuredReceived++;
    return true;
  }
}
