import { isExhausted } from '../../io/exhausted.ts';
import type { Timer } from '../../io/loop.ts';
import { DelayHistogram } from '../../metrics/histogram.ts';
import type { Connection } from '../../transports/transport.ts';
import { MessageSlab } from '../../wire/slab.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { Attempt, type Outcome } from './attempt.ts';
import type { ConnectParams } from './params.ts';

/** Behind one that failed at once, so that a server that refuses is not asked without end. */
const PAUSE_NS = 10e6;

export interface ClientResult {
  readonly windowSeconds: number;
  /** From the opening of the window to the last answer on a connection that was asked for in it; 0 without one. */
  readonly lastSeconds: number;
  readonly asked: number;
  readonly opened: number;
  readonly answered: number;
  /** In ms; absent when there were none. */
  readonly setup?: { readonly p50: number };
  readonly firstByte?: { readonly p50: number; readonly p99: number };
  /** What the first one that failed said. */
  readonly failure?: string;
}

/** Sets up connections, so many at a time, each followed by the next; the trial's own stays idle. */
export class ConnectClient implements Half {
  readonly #context: HalfContext<ConnectParams>;
  readonly #setup = new DelayHistogram();
  readonly #firstByte = new DelayHistogram();
  readonly #under = new Set<Attempt>();
  readonly #turn: Timer;
  readonly #giveUp: Timer;
  #slab: MessageSlab | undefined;
  #schedule: Schedule | undefined;
  #sequence = 0;
  /** Lanes that wait for the next turn. */
  #idle = 0;
  #asked = 0;
  #opened = 0;
  #answered = 0;
  #last = 0;
  #failure: string | undefined;
  #sampled = { at: 0, answered: 0 };
  #allAnswered = 0;
  #done = false;

  constructor(context: HalfContext<ConnectParams>) {
    this.#context = context;
    this.#turn = context.loop.timer(() => this.#go());
    this.#giveUp = context.loop.timer(() => {
      for (const attempt of this.#under) attempt.giveUp();
    });
  }

  onConnection(connection: Connection): void {
    const { size } = this.#context.params;
    this.#slab = new MessageSlab(size, connection.headroom, size);
    this.#context.ready();
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#idle = this.#context.params.parallel;
    this.#turn.arm(schedule.start);
    this.#giveUp.arm(schedule.drainEnd);
  }

  /** The next one in every lane that is idle. */
  #go(): void {
    const { warmEnd, open, close } = this.#schedule as Schedule;
    const now = this.#context.loop.now();
    if (now >= close) return this.#finish();
    if (now >= warmEnd && now < open) return this.#turn.arm(open);
    for (; this.#idle > 0 && !this.#done; this.#idle--) this.#next(now >= open);
  }

  #next(measured: boolean): void {
    const { loop, traits } = this.#context;
    const { close, drainEnd } = this.#schedule as Schedule;
    const patience = traits.reliable ? Infinity : drainEnd - close;
    if (measured) this.#asked++;
    const attempt = new Attempt(
      loop,
      () => this.#context.connect(),
      (connection) => this.#request(connection),
      patience,
      (outcome, connection) => {
        this.#under.delete(attempt);
        this.#context.abandon(connection);
        this.#ended(outcome, measured);
      },
    );
    this.#under.add(attempt);
  }

  #request(connection: Connection): boolean {
    const { trialId, params, loop } = this.#context;
    const slab = this.#slab as MessageSlab;
    slab.stamp(0, 1, trialId, this.#sequence, loop.now(), 0);
    const taken = connection.send(slab.bytes, 0, params.size, 1);
    this.#sequence += taken;
    return taken === 1;
  }

  #ended(outcome: Outcome, measured: boolean): void {
    const { started, opened, answered, ended, error } = outcome;
    if (this.#done) return;
    const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
    if (error && isExhausted(code)) return this.#exhausted(error, code);
    if (measured) {
      if (opened !== undefined) {
        this.#opened++;
        this.#setup.record(opened - started);
      }
      if (answered !== undefined) {
        this.#answered++;
        this.#firstByte.record(answered - started);
        this.#last = answered;
      }
      if (error && this.#failure === undefined) this.#failure = error.message;
    }
    if (answered !== undefined) this.#allAnswered++;
    this.#idle++;
    // Not from inside the connection's own callback.
    this.#turn.arm(answered === undefined ? ended + PAUSE_NS : ended);
  }

  #exhausted(error: Error, code: string): void {
    this.#done = true;
    const why = `after ${this.#sequence} connections: ${error.message}; or ask for fewer at once (parallel=...)`;
    this.#context.fail(Object.assign(new Error(why), { code }));
  }

  #finish(): void {
    if (this.#done || this.#under.size > 0) return;
    this.#done = true;
    this.#turn.cancel();
    this.#giveUp.cancel();
    this.#context.tell('over');
    this.#context.done();
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const last = this.#sampled;
    this.#sampled = { at: now, answered: this.#allAnswered };
    if (last.at > 0)
      this.#context.sample('connect_per_s', ((this.#allAnswered - last.answered) * 1e9) / (now - last.at));
  }

  result(): ClientResult {
    const { open, close } = this.#schedule as Schedule;
    const ms = (histogram: DelayHistogram, q: number): number => (histogram.quantile(q) ?? 0) / 1e6;
    const [setup, firstByte] = [this.#setup, this.#firstByte];
    return {
      windowSeconds: (close - open) / 1e9,
      lastSeconds: this.#answered > 0 ? (this.#last - open) / 1e9 : 0,
      ...{ asked: this.#asked, opened: this.#opened, answered: this.#answered },
      ...(setup.count > 0 ? { setup: { p50: ms(setup, 0.5) } } : {}),
      ...(firstByte.count > 0 ? { firstByte: { p50: ms(firstByte, 0.5), p99: ms(firstByte, 0.99) } } : {}),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }
}
