import type { Tbf } from '../profile.ts';
import { MAX_HELD } from '../profile.ts';
import { Backlog } from './backlog.ts';
import { Line } from './line.ts';
import type { Path } from './path.ts';

/** A bucket of tokens in ns of its rate, as of a time that does not go back. */
class Bucket {
  readonly bytes: number;
  private readonly nsPerByte: number;
  private readonly most: number;
  private tokens: number;
  private at = Number.NEGATIVE_INFINITY;

  constructor(bps: number, bytes: number) {
    this.bytes = bytes;
    this.nsPerByte = 8e9 / bps;
    this.most = bytes * this.nsPerByte;
    this.tokens = this.most;
  }

  /** Ns from `now` until there are tokens for `bytes`. */
  wait(now: number, bytes: number): number {
    return Math.max(0, bytes * this.nsPerByte - Math.min(this.most, this.tokens + now - this.at));
  }

  /** Takes them at a time at which they are there. */
  spend(now: number, bytes: number): void {
    this.tokens = Math.min(this.most, this.tokens + now - this.at) - bytes * this.nsPerByte;
    this.at = now;
  }
}

/** `tbf`: packets wait, in order, until there are tokens for them. Their times follow from their arrivals. */
export class TbfElement extends Line {
  private readonly path: Path;
  private readonly first: number;
  private readonly rate: Bucket;
  private readonly peak: Bucket | undefined;
  private readonly limitBytes: number;
  private readonly overhead: number;
  private readonly least: number;
  private readonly backlog = new Backlog();
  private lastDue = Number.NEGATIVE_INFINITY;

  /** `first`: its number in the row of elements. */
  constructor(path: Path, stage: Tbf, first: number) {
    const { peakRateBps, mtuBytes } = stage;
    super(path.packets, undefined);
    this.path = path;
    this.first = first;
    this.rate = new Bucket(stage.rateBps, stage.burstBytes);
    this.peak = peakRateBps !== undefined && mtuBytes !== undefined ? new Bucket(peakRateBps, mtuBytes) : undefined;
    this.limitBytes = stage.limitBytes;
    this.overhead = stage.overheadBytes ?? 0;
    this.least = stage.mpuBytes ?? 0;
  }

  override arrive(now: number, id: number): void {
    const { backlog, packets, rate, peak } = this;
    const bytes = packets.bytes[id];
    const charge = Math.max(this.least, bytes + this.overhead);
    backlog.advance(now);
    if (charge > rate.bytes || (peak !== undefined && charge > peak.bytes) || backlog.bytes + bytes > this.limitBytes) {
      return packets.drop(id, 'queue');
    }
    if (this.path.isFull(now, this.first, MAX_HELD)) return packets.drop(id, 'queue');
    const turn = Math.max(now, this.lastDue);
    const due = turn + Math.max(rate.wait(turn, charge), peak === undefined ? 0 : peak.wait(turn, charge));
    rate.spend(due, charge);
    peak?.spend(due, charge);
    this.lastDue = due;
    backlog.add(due, bytes);
    this.hold(due, id);
  }

  override earliest(now: number): number {
    return Math.max(now, this.lastDue);
  }
}
