import { ChunkReceiver } from '../../apps/file/chunk-receiver.ts';
import { digest } from '../../apps/file/digest.ts';
import { judge } from '../../apps/file/judge/judge.ts';
import type { Verdict } from '../../apps/file/judge/verdict.ts';
import { pathOf } from '../../apps/file/shipped.ts';
import { FileSink, scratchFile } from '../../apps/file/sink.ts';
import type { Timer } from '../../io/loop.ts';
import type { SequenceAccount } from '../../metrics/sequence.ts';
import type { Connection, TransportStats } from '../../transports/transport.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { since } from '../stream/transport-samples.ts';
import type { FileParams } from './params.ts';
import type { Told } from './protocol.ts';

/** Of the time that the trial has, for decoding what arrived. */
const JUDGE_SHARE = 0.5;
const JUDGE_MS = 20_000;

export interface ReceiverResult {
  readonly account: SequenceAccount;
  /** Of the file. */
  readonly bytes: number;
  readonly holes: { readonly count: number; readonly longestBytes: number };
  readonly sha256: string;
  /** When the last new message arrived, in ns; 0 when there was none. */
  readonly lastArrival: number;
  /** Not ours: another trial's, or cut. */
  readonly strays: number;
  readonly socketDrops?: number;
  readonly acksSent?: number;
  /** Absent for what is neither a picture nor a clip. */
  readonly verdict?: Verdict;
}

/** Puts the file together, says what is missing, and looks at what there is. */
export class FileReceiver implements Half {
  readonly #context: HalfContext<FileParams>;
  readonly #drained: Timer;
  readonly #opening: Timer;
  #connection: Connection | undefined;
  #schedule: Schedule | undefined;
  #chunks: ChunkReceiver | undefined;
  #sink: FileSink | undefined;
  #bytes = 0;
  #sent = false;
  #finished = false;
  #sha256 = '';
  #before: TransportStats = {};
  #sampled = { at: 0, bytes: 0 };

  constructor(context: HalfContext<FileParams>) {
    this.#context = context;
    this.#drained = context.loop.timer(() => this.#giveUp());
    this.#opening = context.loop.timer(() => {
      this.#before = this.#connection?.stats() ?? {};
    });
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    connection.onMessages = (batch) => {
      // Before it is known what comes, nothing that comes is ours.
      this.#chunks?.take(batch);
      this.#checkWhole();
    };
    this.#checkReady();
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#opening.arm(schedule.open);
    this.#drained.arm(schedule.drainEnd);
  }

  onTold(value: unknown): void {
    const told = value as Told;
    if (told.type === 'file') return this.#expect(told.bytes);
    const { close = 0, drainEnd = 0 } = this.#schedule ?? {};
    this.#sent = true;
    // A sender that was done before its window closed leaves nothing more to wait for than the drain.
    this.#drained.arm(Math.min(drainEnd, this.#context.loop.now() + drainEnd - close));
    this.#checkWhole();
  }

  #expect(bytes: number): void {
    const { trialId: id, params } = this.#context;
    this.#bytes = bytes;
    this.#sink = new FileSink(scratchFile(bytes));
    this.#chunks = new ChunkReceiver(this.#sink, { id, bytes, from: 0, messageBytes: params.size });
    this.#checkReady();
  }

  #checkReady(): void {
    if (this.#connection && this.#chunks) this.#context.ready();
  }

  #checkWhole(): void {
    if (this.#sent && this.#chunks?.whole) this.#finish();
  }

  /** The time to drain is over: what has not come is lost, which a reliable transport may not do. */
  #giveUp(): void {
    // The sender's word is still on its way: it ends this when it comes, or the suite's time-out does.
    if (!this.#sent) return;
    const { traits, fail } = this.#context;
    const missing = this.#bytes - (this.#chunks?.bytes ?? 0);
    if (missing === 0 || !traits.reliable) return this.#finish();
    fail(
      new Error(
        `${missing} of ${this.#bytes} bytes were not delivered before the drain was over; allow more (--timeout)`,
      ),
    );
  }

  #finish(): void {
    if (this.#finished || !this.#sink) return;
    this.#finished = true;
    this.#drained.cancel();
    this.#sink.flush();
    digest(this.#context.loop, this.#sink.fd, this.#bytes, (sha256) => {
      this.#sha256 = sha256;
      this.#context.done();
    });
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const last = this.#sampled;
    const bytes = this.#chunks?.bytes ?? 0;
    this.#sampled = { at: now, bytes };
    if (last.at === 0 || this.#finished) return;
    this.#context.sample('goodput_bps', ((bytes - last.bytes) * 8e9) / (now - last.at));
    this.#context.sample('file_arrived_ratio', bytes / this.#bytes);
  }

  result(): ReceiverResult {
    const { params } = this.#context;
    const [chunks, sink, schedule] = [this.#chunks, this.#sink, this.#schedule];
    if (!chunks || !sink || !schedule)
      throw new Error('the file receiver was asked for its result before it had a file');
    const after = this.#connection?.stats() ?? {};
    const socketDrops = since(this.#before.socketDrops, after.socketDrops);
    const acksSent = since(this.#before.acksSent, after.acksSent);
    let [count, longestBytes] = [0, 0];
    for (const hole of chunks.holes()) {
      count++;
      longestBytes = Math.max(longestBytes, hole.bytes);
    }
    const limitMs = Math.min(JUDGE_MS, (JUDGE_SHARE * (schedule.close - schedule.open)) / 1e6);
    const verdict = judge(pathOf(params.path), sink.fd, this.#bytes, limitMs);
    sink.close();
    return {
      account: chunks.account(),
      bytes: chunks.bytes,
      holes: { count, longestBytes },
      sha256: this.#sha256,
      lastArrival: chunks.lastArrival,
      strays: chunks.strays,
      ...(socketDrops === undefined ? {} : { socketDrops }),
      ...(acksSent === undefined ? {} : { acksSent }),
      ...(verdict ? { verdict } : {}),
    };
  }
}
