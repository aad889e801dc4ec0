import type { Batch } from '../../io/batch.ts';
import type { Timer } from '../../io/loop.ts';
import type { Connection } from '../../transports/transport.ts';
import { HEADER_BYTES, intendedAt, sequenceAt, trialAt } from '../../wire/message.ts';
import { MessageSlab } from '../../wire/slab.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { type Asker, ClosedLoop } from './closed-loop.ts';
import { writeGreeting } from './greeting.ts';
import { Load, type LoadTold } from './load.ts';
import { OpenLoop } from './open-loop.ts';
import type { PingParams } from './params.ts';
import type { Asking, RoundTripResult } from './round-trips.ts';

/** What the server tells: it has met the load's connection. */
export const MET = 'met';
/** What the client tells: there will be no more requests. */
export const OVER = 'over';

const GREET_EVERY_NS = 20e6;

export interface ClientResult {
  readonly roundTrips: RoundTripResult;
  readonly windowSeconds: number;
  readonly load: ReturnType<Load['result']>;
}

/** Asks, and times the answers; beside it, on a second connection, one end of the load. */
export class PingClient implements Half, Asker {
  readonly #context: HalfContext<PingParams>;
  readonly #turn: Timer;
  readonly #giveUp: Timer;
  readonly #greet: Timer;
  readonly #load: Load;
  #connection: Connection | undefined;
  #loading: Connection | undefined;
  #slab: MessageSlab | undefined;
  #schedule: Schedule | undefined;
  #asking: Asking | undefined;
  #over = false;

  constructor(context: HalfContext<PingParams>) {
    this.#context = context;
    this.#turn = context.loop.timer(() => {
      this.#asking?.turn(context.loop.now());
      this.#look();
    });
    this.#giveUp = context.loop.timer(() => this.#drained());
    this.#greet = context.loop.timer(() => this.#sendGreeting());
    this.#load = new Load(context, 'client', () => this.#finish());
  }

  onConnection(connection: Connection): void {
    const { size } = this.#context.params;
    this.#connection = connection;
    this.#slab = new MessageSlab(size, connection.headroom, size);
    connection.onMessages = (batch) => this.#receive(batch);
    connection.onWritable = () => this.#turn.arm(this.#context.loop.now());
    if (this.#load.asked) this.#connectLoad();
    else this.#context.ready();
  }

  #connectLoad(): void {
    const loading = this.#context.connect();
    this.#loading = loading;
    loading.onOpen = () => {
      this.#load.onConnection(loading);
      this.#sendGreeting();
    };
    loading.onClose = (error) => {
      const why = error?.message ?? 'the other end closed it in mid-trial';
      if (!this.#load.done) this.#context.fail(new Error(`the load's connection: ${why}`));
    };
  }

  /** Until the server has met it: without a handshake nothing else tells the server of this connection, and a greeting may be lost. */
  #sendGreeting(): void {
    const { loop, trialId } = this.#context;
    if (!this.#loading) return;
    const { bytes, size } = writeGreeting(this.#loading.headroom, trialId);
    const taken = this.#loading.send(bytes, 0, size, 1);
    if (taken === 0 || !this.#context.traits.reliable) this.#greet.arm(loop.now() + GREET_EVERY_NS);
  }

  onSchedule(schedule: Schedule): void {
    const { params, traits } = this.#context;
    this.#schedule = schedule;
    this.#giveUp.arm(schedule.drainEnd);
    this.#load.onSchedule(schedule);
    this.#asking =
      params.rate === 'closed'
        ? new ClosedLoop(this, schedule, traits.reliable)
        : new OpenLoop(this, schedule, params.rate);
  }

  now(): number {
    return this.#context.loop.now();
  }

  arm(ns: number): void {
    this.#turn.arm(ns);
  }

  ask(sequence: number, intended: number): boolean {
    const slab = this.#slab as MessageSlab;
    slab.stamp(0, 1, this.#context.trialId, sequence, intended, 0);
    return this.#connection?.send(slab.bytes, 0, this.#context.params.size, 1) === 1;
  }

  #receive({ view, offsets, lengths, count, arrival }: Batch): void {
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      if (lengths[i] < HEADER_BYTES || trialAt(view, at) !== this.#context.trialId) continue;
      this.#asking?.answered(sequenceAt(view, at), intendedAt(view, at), arrival);
    }
    this.#look();
  }

  /** The time to drain is over: what has not come is lost, which a reliable transport may not do. */
  #drained(): void {
    if (this.#over) return;
    if (this.#context.traits.reliable) {
      return this.#context.fail(
        new Error('requests were not answered before the drain was over; allow more time (--timeout)'),
      );
    }
    this.#asking?.giveUp();
    this.#look();
  }

  #look(): void {
    if (this.#over || !this.#asking?.over) return;
    this.#over = true;
    this.#turn.cancel();
    this.#giveUp.cancel();
    this.#context.tell(OVER);
    this.#finish();
  }

  #finish(): void {
    if (this.#over && this.#load.done) this.#context.done();
  }

  onTold(value: unknown): void {
    if (value !== MET) return this.#load.onTold(value as LoadTold);
    this.#greet.cancel();
    this.#context.ready();
  }

  onSample(): void {
    this.#load.onSample();
    const rtt = this.#asking?.recent.take();
    if (rtt !== undefined) this.#context.sample('ping_rtt_ms', rtt);
  }

  result(): ClientResult {
    if (!this.#asking || !this.#schedule) throw new Error('the ping client has not been started yet');
    return {
      roundTrips: this.#asking.result(),
      windowSeconds: (this.#schedule.close - this.#schedule.open) / 1e9,
      load: this.#load.result(),
    };
  }
}
