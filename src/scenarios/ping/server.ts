import type { Batch } from '../../io/batch.ts';
import type { Connection } from '../../transports/transport.ts';
import { trialAt } from '../../wire/message.ts';
import { Answers } from '../answers.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { MET, OVER } from './client.ts';
import { isGreeting } from './greeting.ts';
import { Load, type LoadTold } from './load.ts';
import type { PingParams } from './params.ts';

export interface ServerResult {
  readonly load: ReturnType<Load['result']>;
}

/** Sends requests back on the connection on which they came; the other end of the load. */
export class PingServer implements Half {
  readonly #context: HalfContext<PingParams>;
  readonly #load: Load;
  #over = false;
  #met = false;
  #ready = false;

  constructor(context: HalfContext<PingParams>) {
    this.#context = context;
    this.#load = new Load(context, 'server', () => this.#finish());
  }

  onConnection(connection: Connection): void {
    const answers = new Answers(connection, this.#context.params.size);
    connection.onMessages = (batch) => this.#receive(connection, answers, batch);
    connection.onWritable = () => answers.send();
    if (!this.#load.asked) this.#start();
  }

  #start(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#context.ready();
  }

  #receive(connection: Connection, answers: Answers, batch: Batch): void {
    const { bytes, view, offsets, lengths, count } = batch;
    const { trialId, params } = this.#context;
    for (let i = 0; i < count; i++) {
      if (lengths[i] === params.size && trialAt(view, offsets[i]) === trialId) answers.add(bytes, offsets[i]);
      else if (isGreeting(batch, i, trialId)) this.#meet(connection);
    }
    answers.send();
  }

  /** From now on this connection is the load's. */
  #meet(connection: Connection): void {
    if (this.#met || !this.#load.asked) return;
    this.#met = true;
    // A flow that only sends leaves it open what comes: more greetings.
    connection.onMessages = () => {};
    this.#load.onConnection(connection);
    this.#context.tell(MET);
    this.#start();
  }

  onSchedule(schedule: Schedule): void {
    this.#load.onSchedule(schedule);
  }

  onTold(value: unknown): void {
    if (value !== OVER) return this.#load.onTold(value as LoadTold);
    this.#over = true;
    this.#finish();
  }

  #finish(): void {
    if (this.#over && this.#load.done) this.#context.done();
  }

  onSample(): void {
    this.#load.onSample();
  }

  result(): ServerResult {
    return { load: this.#load.result() };
  }
}
