import type { LinkModel } from '../link/model.ts';
import { DelayHistogram } from '../metrics/histogram.ts';
import type { DirectionAccount } from '../record/schema.ts';

type Accountable = Pick<LinkModel, 'counters' | 'held' | 'heldBytes' | 'earliestService'>;

/**
 * Keeps the account of one direction of a link: what its model counted, and how late what left it left, from the opening of the
 * window to the end of the drain. Times are ns on the clock of the model.
 */
export class DirectionLedger {
  /** Of the open account; its keeper adds to them. */
  overrun = 0;
  sendErrors = 0;
  oversize = 0;

  readonly #model: Accountable;
  #lateness = new DelayHistogram();
  #clearNs = 0;
  #openAt = Infinity;
  #closeAt = Infinity;
  /** Undefined while the window is open. */
  #bytesAtClose: number | undefined;
  #opened!: Readonly<Accountable['counters'] & { held: number; heldBytes: number }>;

  /** An account is open from `now` on; that of a window replaces it. */
  constructor(model: Accountable, now: number) {
    this.#model = model;
    this.#open(now);
  }

  /** Counting starts anew with what is offered at `open` or later, and goes on through the drain; the window ends at `close`. */
  window(open: number, close: number): void {
    this.#openAt = open;
    this.#closeAt = close;
  }

  /**
   * To be called at `open` and at `close`, and before each packet is offered: the window's first may come before a timer does.
   * True when the account has just been opened.
   */
  passTime(now: number): boolean {
    const opens = now >= this.#openAt;
    if (opens) {
      this.#open(this.#openAt);
      this.#openAt = Infinity;
    }
    if (now >= this.#closeAt) {
      this.#closeAt = Infinity;
      this.#bytesAtClose = this.#model.counters.bytesIn;
    }
    return opens;
  }

  /** A packet left this long after it was due. */
  recordLateness(ns: number): void {
    this.#lateness.record(ns);
  }

  account(): DirectionAccount {
    const { counters } = this.#model;
    const since = this.#opened;
    return {
      packetsIn: counters.packetsIn - since.packetsIn,
      bytesIn: counters.bytesIn - since.bytesIn,
      windowBytesIn: (this.#bytesAtClose ?? counters.bytesIn) - since.bytesIn,
      packetsOut: counters.packetsOut - since.packetsOut,
      bytesOut: counters.bytesOut - since.bytesOut,
      lost: counters.lost - since.lost,
      outage: counters.outage - since.outage,
      queueDropped: counters.queueDropped - since.queueDropped,
      aqmDropped: counters.aqmDropped - since.aqmDropped,
      duplicated: counters.duplicated - since.duplicated,
      corrupted: counters.corrupted - since.corrupted,
      ecnMarked: counters.ecnMarked - since.ecnMarked,
      reordered: counters.reordered - since.reordered,
      held: this.#model.held(),
      heldBefore: since.held,
      clearSeconds: this.#clearNs / 1e9,
      heldBytes: this.#model.heldBytes(),
      heldBytesBefore: since.heldBytes,
      overrun: this.overrun,
      sendErrors: this.sendErrors,
      oversize: this.oversize,
      ...(this.#lateness.count > 0 ? { lateness: this.#latenessSeconds() } : {}),
    };
  }

  #open(at: number): void {
    this.#clearNs = this.#model.earliestService(at) - at;
    this.overrun = 0;
    this.sendErrors = 0;
    this.oversize = 0;
    this.#lateness = new DelayHistogram();
    this.#opened = { ...this.#model.counters, held: this.#model.held(), heldBytes: this.#model.heldBytes() };
    this.#bytesAtClose = undefined;
  }

  #latenessSeconds(): { p50: number; p99: number; max: number } {
    const seconds = (q: number): number => (this.#lateness.quantile(q) ?? 0) / 1e9;
    return { p50: seconds(0.5), p99: seconds(0.99), max: seconds(1) };
  }
}
