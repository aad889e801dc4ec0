import { Pacer } from '../../apps/pacer.ts';
import type { Timer } from '../../io/loop.ts';
import type { Connection, TransportStats } from '../../transports/transport.ts';
import { MessageSlab } from '../../wire/slab.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import type { StreamParams } from './params.ts';
import { intendedBps } from './rate.ts';
import { transportSamples } from './transport-samples.ts';

/** Enough for several UDP_SEGMENT batches, small enough for the second-level cache. */
const SLAB_BYTES = 128 << 10;

/** What the sender tells the receiver when its window is over: the numbers first..end-1 are the measured ones. */
export interface Sent {
  readonly first: number;
  readonly end: number;
}

export interface SenderResult extends Sent {
  /** Slots that passed while the generator was late, and those whose message the transport had not taken by the end. */
  readonly missed: number;
  readonly backlog: number;
  readonly intendedBps?: number;
  readonly windowSeconds: number;
  readonly before: TransportStats;
  readonly after: TransportStats;
}

/** Sends messages of one size, as fast as the transport takes them or in the slots of a rate. */
export class StreamSender implements Half {
  readonly #context: HalfContext<StreamParams>;
  readonly #rateBps: number | undefined;
  readonly #total: number;
  readonly #turn: Timer;
  readonly #closing: Timer;
  #connection: Connection | undefined;
  #slab: MessageSlab | undefined;
  #schedule: Schedule | undefined;
  #pacer: Pacer | undefined;
  #sequence = 0;
  #first = -1;
  #finished = false;
  #finishedAt = 0;
  #before: TransportStats = {};
  #sampled: { readonly at: number; readonly sequence: number; readonly stats: TransportStats } | undefined;

  constructor(context: HalfContext<StreamParams>) {
    const { params, loop } = context;
    this.#context = context;
    this.#total = params.bytes === undefined ? Infinity : Math.ceil(params.bytes / params.size);
    this.#rateBps = intendedBps(context, params.rate, params.direction, params.size);
    this.#turn = loop.timer(() => this.#send());
    this.#closing = loop.timer(() => this.#closeWindow());
  }

  onConnection(connection: Connection): void {
    const { size } = this.#context.params;
    this.#connection = connection;
    if (size > connection.maxMessageBytes) {
      // Let the transport say it: it knows the limit's reason and the way out.
      connection.send(new MessageSlab(size, connection.headroom, 0).bytes, 0, size, 1);
    }
    this.#slab = new MessageSlab(size, connection.headroom, SLAB_BYTES);
    connection.onWritable = () => this.#turn.arm(this.#context.loop.now());
    this.#context.ready();
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    if (this.#rateBps !== undefined) this.#pacer = new Pacer((this.#context.params.size * 8e9) / this.#rateBps);
    this.#turn.arm(schedule.start);
    this.#closing.arm(schedule.close);
  }

  #send(): void {
    const { schedule, connection } = this.#atWork();
    const now = this.#context.loop.now();
    if (this.#finished || now >= schedule.close) return;
    const measured = now >= schedule.open;
    if (!measured && now >= schedule.warmEnd) return this.#turn.arm(schedule.open);
    if (measured && this.#first < 0) this.#startWindow(connection);
    if (this.#pacer) this.#sendDue(this.#pacer, now, measured ? schedule.open : schedule.start);
    else this.#sendMore(now);
    if (this.#left() === 0) this.#finish();
  }

  #startWindow(connection: Connection): void {
    this.#first = this.#sequence;
    this.#before = connection.stats();
  }

  #sendMore(now: number): void {
    const { schedule, connection, slab } = this.#atWork();
    const count = Math.min(slab.count, this.#left());
    slab.stamp(0, count, this.#context.trialId, this.#sequence, now, 0);
    const taken = connection.send(slab.bytes, 0, this.#context.params.size, count);
    this.#sequence += taken;
    if (taken === count) this.#turn.arm(now);
    else this.#awaitRoom(now, schedule);
  }

  /** Until onWritable; but the window opens on time, whether or not the transport has room then. */
  #awaitRoom(now: number, { open }: Schedule): void {
    if (now < open) this.#turn.arm(open);
  }

  /** Of the bytes that were asked for, in messages. */
  #left(): number {
    return this.#total - (this.#sequence - Math.max(0, this.#first));
  }

  #sendDue(pacer: Pacer, now: number, base: number): void {
    const { schedule, connection, slab } = this.#atWork();
    let due = pacer.due(now, base);
    while (due > 0) {
      const count = Math.min(due, slab.count, this.#left());
      if (count === 0) return;
      slab.stamp(0, count, this.#context.trialId, this.#sequence, pacer.nextSlot(), pacer.intervalNs);
      const taken = connection.send(slab.bytes, 0, this.#context.params.size, count);
      this.#sequence += taken;
      pacer.sent(taken, taken < count);
      // The transport has no room: what is due stays due, its delay running.
      if (taken < count) return this.#awaitRoom(now, schedule);
      due -= count;
    }
    // The last slot of the warm-up may lie beyond the opening of the window, whose own slots start there.
    this.#turn.arm(now < schedule.open ? Math.min(pacer.nextSlot(), schedule.open) : pacer.nextSlot());
  }

  #closeWindow(): void {
    const left = this.#left();
    if (this.#finished || left === Infinity) return this.#finish();
    this.#turn.cancel();
    const { bytes, size } = this.#context.params;
    const reason = `${left * size} of ${bytes} bytes were not sent in time; allow more (--timeout), or ask for fewer`;
    this.#context.fail(new Error(reason));
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#turn.cancel();
    this.#closing.cancel();
    this.#finishedAt = this.#context.loop.now();
    this.#context.tell(this.#sent());
    this.#context.done();
  }

  onSample(): void {
    const { connection } = this.#atWork();
    const now = this.#context.loop.now();
    const stats = connection.stats();
    const last = this.#sampled;
    this.#sampled = { at: now, sequence: this.#sequence, stats };
    if (!last) return;
    const bits = (this.#sequence - last.sequence) * this.#context.params.size * 8;
    this.#context.sample('sent_bps', (bits * 1e9) / (now - last.at));
    for (const [metric, value] of transportSamples(last.stats, stats)) this.#context.sample(metric, value);
  }

  result(): SenderResult {
    const { schedule, connection } = this.#atWork();
    return {
      ...this.#sent(),
      missed: this.#pacer?.missed ?? 0,
      backlog: this.#left() === 0 ? 0 : (this.#pacer?.backlog(schedule.close) ?? 0),
      ...(this.#rateBps === undefined ? {} : { intendedBps: this.#rateBps }),
      windowSeconds: (Math.min(this.#finishedAt, schedule.close) - schedule.open) / 1e9,
      before: this.#before,
      after: connection.stats(),
    };
  }

  /** Nothing, where the window never opened. */
  #sent(): Sent {
    return { first: this.#first < 0 ? this.#sequence : this.#first, end: this.#sequence };
  }

  #atWork(): { schedule: Schedule; connection: Connection; slab: MessageSlab } {
    if (!this.#schedule || !this.#connection || !this.#slab)
      throw new Error('the stream sender has not been started yet');
    return { schedule: this.#schedule, connection: this.#connection, slab: this.#slab };
  }
}
