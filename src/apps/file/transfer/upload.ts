import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import type { Loop, Timer } from '../../../io/loop.ts';
import type { Connection, Traits } from '../../../transports/transport.ts';
import { Pacer } from '../../pacer.ts';
import { ChunkSender } from '../chunk-sender.ts';
import { digest } from '../digest.ts';
import type { FileSource } from '../source.ts';
import { type Control, ControlChannel, controlsIn } from './control.ts';
import type { TransferEvent } from './events.ts';
import { safeName } from './name.ts';

/** Of a message: where losses are repaired, and where a lost message is a hole. */
const RELIABLE_BYTES = 64 << 10;
const UNRELIABLE_BYTES = 1400;
/** What may be lost is said again so often, for so long. */
const AGAIN_NS = 250e6;
const PATIENCE_NS = 20e9;

export interface UploadContext {
  readonly loop: Loop;
  readonly traits: Traits;
  readonly source: FileSource;
  /** Bits per second, where the transport does not find a rate by itself. */
  readonly rateBps: number;
  tell(event: TransferEvent): void;
  /** Once: done, or what went wrong. */
  end(error?: Error): void;
}

/** Sends one file over a connection that has opened, in agreement with a `Download` at the other end. */
export class Upload {
  readonly #context: UploadContext;
  readonly #connection: Connection;
  readonly #control: ControlChannel;
  readonly #id = randomInt(1, 2 ** 32);
  readonly #turn: Timer;
  readonly #again: Timer;
  readonly #startedAt: number;
  #sha256 = '';
  #phase: 'offer' | 'resume' | 'send' | 'end' | 'over' = 'offer';
  #from = 0;
  #chunks: ChunkSender | undefined;
  #pacer: Pacer | undefined;
  /** What is said until it is answered, and until when. */
  #asked: { readonly control: Control; readonly until: number } | undefined;

  constructor(connection: Connection, context: UploadContext) {
    const { loop } = context;
    this.#context = context;
    this.#connection = connection;
    this.#control = new ControlChannel(connection);
    this.#startedAt = loop.now();
    this.#turn = loop.timer(() => this.#send());
    this.#again = loop.timer(() => this.#repeat());
    connection.onWritable = () => {
      if (this.#control.flush()) this.#turn.arm(loop.now());
    };
    connection.onMessages = (batch) => {
      for (const control of controlsIn(batch)) if (control.id === this.#id) this.#hear(control);
    };
    connection.onClose = (error) => this.#lost(error);
    const { fd, bytes } = context.source;
    digest(loop, fd, bytes, (sha256) => {
      this.#sha256 = sha256;
      this.#ask(this.#offer());
    });
  }

  /** So far, of the file. */
  get done(): number {
    if (!this.#chunks) return this.#from;
    return Math.min(this.#context.source.bytes, this.#chunks.chunking.offset(this.#chunks.next));
  }

  #offer(): Control {
    const { traits, source } = this.#context;
    const most = traits.reliable ? RELIABLE_BYTES : UNRELIABLE_BYTES;
    const messageBytes = Math.min(most, this.#connection.maxMessageBytes);
    const { bytes, path } = source;
    return { type: 'offer', id: this.#id, name: safeName(basename(path)), bytes, messageBytes, sha256: this.#sha256 };
  }

  /** Again and again where it may get lost. */
  #ask(control: Control): void {
    const now = this.#context.loop.now();
    this.#asked = { control, until: now + PATIENCE_NS };
    this.#control.say(control);
    if (!this.#context.traits.reliable) this.#again.arm(now + AGAIN_NS);
  }

  #repeat(): void {
    const now = this.#context.loop.now();
    if (!this.#asked) return;
    if (now < this.#asked.until) {
      this.#control.say(this.#asked.control);
      return this.#again.arm(now + AGAIN_NS);
    }
    const what = this.#phase === 'end' ? 'whether all has arrived is not known' : 'is netduel receive running there?';
    this.#over(new Error(`nobody has answered for ${PATIENCE_NS / 1e9} s: ${what}`));
  }

  #hear(control: Control): void {
    if (control.type === 'accept' && this.#phase === 'offer') this.#accepted(control.have, control.sha256);
    else if (control.type === 'go' && this.#phase === 'resume') this.#start();
    else if (control.type === 'refuse') this.#over(new Error(`the receiver refuses the file: ${control.reason}`));
    else if (control.type === 'stop') this.#over(new Error(`the receiver has given up: ${control.reason}`));
    else if (control.type === 'done' && ['send', 'end'].includes(this.#phase)) this.#done(control);
  }

  #accepted(have: number, sha256: string | undefined): void {
    const { loop, source, tell } = this.#context;
    this.#asked = undefined;
    this.#phase = 'resume';
    if (have === 0) return this.#start();
    digest(loop, source.fd, Math.min(have, source.bytes), (own) => {
      this.#from = own === sha256 && have <= source.bytes ? have : 0;
      const text =
        this.#from > 0
          ? `the receiver has the first ${have} bytes already: going on there`
          : 'what the receiver has is not the beginning of this file: starting anew';
      tell({ type: 'note', text });
      this.#ask({ type: 'resume', id: this.#id, from: this.#from });
    });
  }

  #start(): void {
    const { loop, traits, source, rateBps } = this.#context;
    const offer = this.#offer() as Extract<Control, { type: 'offer' }>;
    this.#asked = undefined;
    this.#phase = 'send';
    this.#chunks = new ChunkSender(this.#connection, source, { ...offer, from: this.#from });
    if (!traits.congestionControl) this.#pacer = new Pacer((offer.messageBytes * 8e9) / rateBps);
    this.#turn.arm(loop.now());
  }

  #send(): void {
    const [chunks, now] = [this.#chunks, this.#context.loop.now()];
    if (this.#phase !== 'send' || !chunks) return;
    try {
      const next = chunks.sendDue(now, this.#startedAt, this.#pacer);
      if (next !== undefined) this.#turn.arm(next);
      if (chunks.left === 0) this.#sentAll();
    } catch (error) {
      // The file is not what it was.
      this.stop(error as Error);
    }
  }

  #sentAll(): void {
    this.#context.source.check();
    this.#phase = 'end';
    this.#ask({ type: 'end', id: this.#id });
  }

  #done({ intact, bytes, sha256, holes }: Extract<Control, { type: 'done' }>): void {
    const { source, tell, loop } = this.#context;
    tell({
      type: 'file',
      path: source.path,
      bytes: source.bytes,
      arrived: bytes,
      resumedFrom: this.#from,
      sha256,
      state: intact ? 'intact' : 'incomplete',
      holes,
      seconds: (loop.now() - this.#startedAt) / 1e9,
    });
    this.#over(
      intact
        ? undefined
        : new Error(`${source.bytes - bytes} of ${source.bytes} bytes did not arrive, or not as they were`),
    );
  }

  #lost(error?: Error): void {
    const why = error?.message ?? 'the receiver has closed the connection';
    this.#over(new Error(`${why}, ${this.state}`));
  }

  /** How far it is, for whoever is told that it has come to an end there. */
  get state(): string {
    const { source, traits } = this.#context;
    const again = traits.reliable ? '; the same command again goes on where it stopped' : '';
    return `${this.done} of ${source.bytes} bytes had been sent${again}`;
  }

  /** Gives up, and says so to the other end. */
  stop(error: Error): void {
    this.#control.say({ type: 'stop', id: this.#id, reason: error.message });
    this.#over(error);
  }

  #over(error?: Error): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#asked = undefined;
    for (const timer of [this.#turn, this.#again]) timer.cancel();
    this.#context.end(error);
  }
}
