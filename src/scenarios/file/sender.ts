import { ChunkSender } from '../../apps/file/chunk-sender.ts';
import { digest } from '../../apps/file/digest.ts';
import { pathOf } from '../../apps/file/shipped.ts';
import { FileSource } from '../../apps/file/source.ts';
import { Pacer } from '../../apps/pacer.ts';
import type { Timer } from '../../io/loop.ts';
import type { Connection, TransportStats } from '../../transports/transport.ts';
import { MessageSlab } from '../../wire/slab.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { intendedBps } from '../stream/rate.ts';
import { transportSamples } from '../stream/transport-samples.ts';
import type { FileParams } from './params.ts';
import type { Told } from './protocol.ts';

export interface SenderResult {
  readonly bytes: number;
  readonly sha256: string;
  /** First and last message handed to the transport, in ns. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Slots that passed while the generator was late. */
  readonly missed: number;
  readonly intendedBps?: number;
  readonly before: TransportStats;
  readonly after: TransportStats;
}

/** Sends the file, as fast as the transport takes it or in the slots of a rate. */
export class FileSender implements Half {
  readonly #context: HalfContext<FileParams>;
  readonly #source: FileSource;
  readonly #intendedBps: number | undefined;
  readonly #pacer: Pacer | undefined;
  readonly #turn: Timer;
  readonly #closing: Timer;
  #connection: Connection | undefined;
  #chunks: ChunkSender | undefined;
  #schedule: Schedule | undefined;
  #sha256 = '';
  #startedAt = 0;
  #finishedAt = 0;
  #before: TransportStats = {};
  #sampled: { readonly at: number; readonly chunk: number; readonly stats: TransportStats } | undefined;

  /** @throws UserError when the file has gone since it was asked for */
  constructor(context: HalfContext<FileParams>) {
    const { params, loop } = context;
    this.#context = context;
    this.#source = new FileSource(pathOf(params.path));
    this.#intendedBps = intendedBps(context, params.rate, 'up', params.size);
    if (this.#intendedBps !== undefined) this.#pacer = new Pacer((params.size * 8e9) / this.#intendedBps);
    this.#turn = loop.timer(() => this.#send());
    this.#closing = loop.timer(() => this.#giveUp());
  }

  onConnection(connection: Connection): void {
    const { params, loop, trialId, tell, ready } = this.#context;
    const { size: messageBytes } = params;
    if (messageBytes > connection.maxMessageBytes) {
      // Let the transport say it: it knows the limit's reason and the way out.
      connection.send(new MessageSlab(messageBytes, connection.headroom, 0).bytes, 0, messageBytes, 1);
    }
    const { bytes, fd } = this.#source;
    this.#connection = connection;
    this.#chunks = new ChunkSender(connection, this.#source, { id: trialId, bytes, from: 0, messageBytes });
    connection.onWritable = () => this.#turn.arm(loop.now());
    // Before the window; it also brings the file into memory as far as there is room.
    digest(loop, fd, bytes, (sha256) => {
      this.#sha256 = sha256;
      tell({ type: 'file', bytes, sha256 } satisfies Told);
      ready();
    });
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#turn.arm(schedule.open);
    this.#closing.arm(schedule.close);
  }

  #send(): void {
    const { schedule, connection, chunks } = this.#atWork();
    const now = this.#context.loop.now();
    if (this.#finishedAt > 0 || now < schedule.open) return;
    if (this.#startedAt === 0) {
      this.#startedAt = now;
      this.#before = connection.stats();
    }
    const next = chunks.sendDue(now, this.#startedAt, this.#pacer);
    if (next !== undefined) this.#turn.arm(next);
    if (chunks.left === 0) this.#finish();
  }

  #finish(): void {
    this.#finishedAt = this.#context.loop.now();
    this.#turn.cancel();
    this.#closing.cancel();
    this.#source.check();
    this.#context.tell({ type: 'sent' } satisfies Told);
    this.#context.done();
  }

  #giveUp(): void {
    const { chunks } = this.#atWork();
    const sent = chunks.chunking.offset(chunks.next);
    const reason = `${this.#source.bytes - sent} of ${this.#source.bytes} bytes were not sent in time; allow more (--timeout), or send a smaller file`;
    this.#context.fail(new Error(reason));
  }

  onSample(): void {
    const { connection, chunks } = this.#atWork();
    const now = this.#context.loop.now();
    const last = this.#sampled;
    const stats = connection.stats();
    this.#sampled = { at: now, chunk: chunks.next, stats };
    if (!last || this.#finishedAt > 0) return;
    const bits = (chunks.next - last.chunk) * this.#context.params.size * 8;
    this.#context.sample('sent_bps', (bits * 1e9) / (now - last.at));
    for (const [metric, value] of transportSamples(last.stats, stats)) this.#context.sample(metric, value);
  }

  result(): SenderResult {
    const { connection } = this.#atWork();
    this.#source.close();
    return {
      bytes: this.#source.bytes,
      sha256: this.#sha256,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      missed: this.#pacer?.missed ?? 0,
      ...(this.#intendedBps === undefined ? {} : { intendedBps: this.#intendedBps }),
      before: this.#before,
      after: connection.stats(),
    };
  }

  #atWork(): { schedule: Schedule; connection: Connection; chunks: ChunkSender } {
    if (!this.#schedule || !this.#connection || !this.#chunks) {
      throw new Error('the file sender has not been started yet');
    }
    return { schedule: this.#schedule, connection: this.#connection, chunks: this.#chunks };
  }
}
