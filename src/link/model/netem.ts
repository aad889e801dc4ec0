import { chanceProcess, type EventProcess } from '../chance.ts';
import { lossProcess } from '../loss.ts';
import type { Taus113 } from '../prng.ts';
import { MAX_HELD, type Netem } from '../profile.ts';
import { DelayProcess } from './delay.ts';
import { Line } from './line.ts';
import { isDown } from './outage.ts';
import type { Path } from './path.ts';
import { DelaySchedule, RateSchedule, type Schedule } from './schedule.ts';
import { SerialisationTime } from './serialiser.ts';
import type { SlotProcess } from './slots.ts';

/** The random decisions of one netem stage, with the draws of sch_netem in its order, and the line that holds its packets. */
export class NetemElement extends Line {
  private readonly path: Path;
  private readonly stage: Netem;
  private readonly limit: number;
  private readonly first: number;
  private readonly behind: number;
  private readonly duplicate: EventProcess | undefined;
  private readonly loss: EventProcess | undefined;
  private readonly corruption: EventProcess | undefined;
  private readonly reordering: EventProcess | undefined;
  private readonly gap: number;
  /** Packets delayed since the last one that was sent ahead. */
  private delayed = 0;
  private readonly schedule: Schedule;
  private readonly other: Taus113;

  /** `first`: its number in the row of elements; `behind`: that of the next stage, more than one on where a bottleneck follows. */
  constructor(
    path: Path,
    stage: Netem,
    first: number,
    behind: number,
    slots: SlotProcess | undefined,
    prng: Taus113,
    other: Taus113,
  ) {
    const { limit } = stage;
    if (limit === undefined || !(limit >= 1 && limit <= MAX_HELD)) {
      throw new RangeError(
        `link model: limit ${limit} is not within 1 to ${MAX_HELD}; make the profile effective first`,
      );
    }
    const delay = new DelayProcess(stage.delay, prng, other);
    const alone = behind === first + 1;
    const schedule =
      stage.rate && alone
        ? new RateSchedule(delay, new SerialisationTime(stage.rate), stage)
        : new DelaySchedule(delay, stage.keepOrder === true || !alone);
    super(path.packets, slots);
    this.path = path;
    this.schedule = schedule;
    this.other = other;
    this.stage = stage;
    this.limit = limit;
    this.first = first;
    this.behind = behind;
    this.duplicate = chanceProcess(stage.duplicate, prng, other);
    this.loss = lossProcess(stage.loss, prng, other);
    this.corruption = chanceProcess(stage.corrupt, prng, other);
    this.reordering = chanceProcess(stage.reorder, prng, other);
    this.gap = stage.reorder?.gap ?? 0;
  }

  override arrive(now: number, id: number): void {
    const { path, packets, stage } = this;
    if (stage.outage !== undefined && isDown(stage.outage, now - path.origin)) return packets.drop(id, 'outage');
    if (this.reordering !== undefined) path.release(now);
    let twice = this.duplicate !== undefined && packets.copied[id] === 0 && this.duplicate.happens();
    if (this.loss?.happens() && !(stage.ecn === true && packets.mark(id))) {
      // The loss takes the copy where there is one.
      if (!twice) return packets.drop(id, 'loss');
      twice = false;
    }
    const damaged = this.corruption?.happens();
    if (path.isFull(now, this.first, this.limit)) return packets.drop(id, 'queue');
    const copy = twice ? packets.copy(id) : -1;
    if (damaged && stage.corrupt) packets.corrupt(id, stage.corrupt.where, this.other.next() / 2 ** 32);
    if (copy >= 0) path.pass(now, copy, 0);
    if (this.reordering !== undefined && this.goesAhead(this.reordering)) return path.pass(now, id, this.behind);
    if (!this.schedule.plan(now, packets.bytes[id])) return packets.drop(id, 'queue');
    this.hold(this.schedule.due, id);
  }

  private goesAhead(reordering: EventProcess): boolean {
    if (this.delayed >= this.gap - 1 && reordering.happens()) {
      this.delayed = 0;
      return true;
    }
    this.delayed++;
    return false;
  }

  override earliest(now: number): number {
    return this.reordering ? now : super.earliest(this.schedule.earliest(now));
  }
}
