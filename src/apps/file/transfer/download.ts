import type { Loop, Timer } from '../../../io/loop.ts';
import type { Connection, Traits } from '../../../transports/transport.ts';
import { ChunkReceiver } from '../chunk-receiver.ts';
import { digest } from '../digest.ts';
import { type Control, ControlChannel, controlsIn } from './control.ts';
import { Destination, occupied, type Place } from './destination.ts';
import type { FileResult } from './events.ts';
import { PART, safeName } from './name.ts';

/** Without reliability: when nothing has come for so long, no more will. */
const SILENCE_NS = 5e9;
/** For whoever asks again because the answer was lost. */
const LINGER_NS = 1e9;

type Offer = Extract<Control, { type: 'offer' }>;

export interface DownloadContext {
  readonly loop: Loop;
  readonly traits: Traits;
  readonly folder: string;
  readonly force: boolean;
  /** In place of the sender's. */
  readonly name?: string;
  /** Asked at an offer: why it cannot be taken now, such as another one that is under way. */
  refusal(): string | undefined;
  /** An offer has been taken. */
  begun(): void;
  /** Once for what has begun: what became of it, or why there is nothing. */
  ended(result: FileResult | Error): void;
}

/** Takes one file over a connection that was accepted, in agreement with an `Upload` at the other end. */
export class Download {
  readonly #context: DownloadContext;
  readonly #control: ControlChannel;
  readonly #silence: Timer;
  readonly #linger: Timer;
  #phase: 'idle' | 'look' | 'agree' | 'take' | 'finish' | 'over' = 'idle';
  #offer: Offer | undefined;
  #destination: Destination | undefined;
  #chunks: ChunkReceiver | undefined;
  #startedAt = 0;
  /** For whoever asks again. */
  #answer: Control | undefined;

  constructor(connection: Connection, context: DownloadContext) {
    const { loop } = context;
    this.#context = context;
    this.#control = new ControlChannel(connection);
    this.#silence = loop.timer(() => this.#finish());
    this.#linger = loop.timer(() => connection.close());
    connection.onWritable = () => this.#control.flush();
    connection.onMessages = (batch) => {
      try {
        if (this.#phase === 'take') {
          this.#chunks?.take(batch);
          if (!context.traits.reliable) this.#silence.arm(loop.now() + SILENCE_NS);
        }
        for (const control of controlsIn(batch)) this.#hear(control);
        if (this.#phase === 'take' && this.#chunks?.whole) this.#finish();
      } catch (error) {
        this.#fail(error as Error);
      }
    };
    connection.onClose = (error) => this.#lost(error);
  }

  /** What is under way: its name, and how much of it there is. */
  get progress(): { readonly name: string; readonly done: number; readonly total: number } | undefined {
    if (!this.#offer || !this.#destination || !this.#chunks) return undefined;
    const done = this.#chunks.chunking.from + this.#chunks.bytes;
    return { name: this.#destination.path, done, total: this.#offer.bytes };
  }

  #hear(control: Control): void {
    if (control.type === 'offer' && this.#phase === 'idle') return this.#offered(control);
    if (control.id !== this.#offer?.id) return;
    // The answer was lost.
    if (['offer', 'resume', 'end'].includes(control.type) && this.#answer) {
      const fits = this.#answer.type === { offer: 'accept', resume: 'go', end: 'done' }[control.type as 'offer'];
      if (fits) return this.#control.say(this.#answer);
    }
    if (control.type === 'resume' && this.#phase === 'agree') this.#resumed(control.from);
    else if (control.type === 'end' && this.#phase === 'take' && !this.#context.traits.reliable) this.#finish();
    else if (control.type === 'stop') this.#fail(new Error(`the sender has given up: ${control.reason}`), false);
  }

  #offered(offer: Offer): void {
    const { loop, folder, force, traits, begun } = this.#context;
    const name = this.#context.name ?? safeName(offer.name);
    const place: Place = { folder, name, force };
    const refused = this.#context.refusal() ?? occupied(place);
    if (refused) return this.#control.say({ type: 'refuse', id: offer.id, reason: refused });
    this.#offer = offer;
    this.#startedAt = loop.now();
    begun();
    const destination = new Destination(place);
    this.#destination = destination;
    const have = traits.reliable && destination.had <= offer.bytes ? destination.had : 0;
    const lack = destination.lacksRoom(offer.bytes - destination.had);
    if (lack) return this.#fail(new Error(lack));
    this.#phase = 'look';
    if (have === 0) return this.#accept(0);
    digest(loop, destination.sink.fd, have, (sha256) => {
      if (this.#phase === 'look') this.#accept(have, sha256);
    });
  }

  #accept(have: number, sha256?: string): void {
    const { id } = this.#offer as Offer;
    this.#phase = 'agree';
    if (have === 0) this.#take(0);
    this.#say({ type: 'accept', id, have, ...(sha256 ? { sha256 } : {}) });
    if (this.#chunks?.whole) this.#finish();
  }

  #resumed(from: number): void {
    const { id } = this.#offer as Offer;
    if (from > (this.#destination?.had ?? 0)) return;
    this.#take(from);
    this.#say({ type: 'go', id });
    if (this.#chunks?.whole) this.#finish();
  }

  #take(from: number): void {
    const destination = this.#destination as Destination;
    destination.truncate(from);
    this.#chunks = new ChunkReceiver(destination.sink, { ...(this.#offer as Offer), from });
    this.#phase = 'take';
    if (!this.#context.traits.reliable) this.#silence.arm(this.#context.loop.now() + SILENCE_NS);
  }

  #say(control: Control): void {
    this.#answer = control;
    this.#control.say(control);
  }

  /** Nothing more will come. */
  #finish(): void {
    const { loop } = this.#context;
    const [destination, offer] = [this.#destination as Destination, this.#offer as Offer];
    if (this.#phase !== 'take') return;
    this.#phase = 'finish';
    this.#silence.cancel();
    try {
      destination.sink.flush();
      // Zeros in place of what is missing at the end.
      destination.truncate(offer.bytes);
    } catch (error) {
      return this.#fail(error as Error);
    }
    digest(loop, destination.sink.fd, offer.bytes, (sha256) => {
      if (this.#phase === 'finish') this.#settle(sha256);
    });
  }

  #settle(sha256: string): void {
    const { loop, ended, traits } = this.#context;
    const [destination, offer] = [this.#destination as Destination, this.#offer as Offer];
    const chunks = this.#chunks as ChunkReceiver;
    const intact = chunks.whole && sha256 === offer.sha256;
    try {
      if (intact) destination.publish();
      else destination.leave();
    } catch (error) {
      return this.#fail(error as Error);
    }
    this.#phase = 'over';
    const holesAt = [...chunks.holes()];
    const arrived = chunks.chunking.from + chunks.bytes;
    this.#say({ type: 'done', id: offer.id, intact, bytes: arrived, sha256, holes: holesAt.length });
    this.#linger.arm(loop.now() + LINGER_NS * (traits.reliable ? 2 : 1));
    ended({
      type: 'file',
      path: intact ? destination.path : destination.partPath,
      bytes: offer.bytes,
      arrived,
      resumedFrom: chunks.chunking.from,
      sha256,
      state: intact ? 'intact' : 'incomplete',
      holes: holesAt.length,
      holesAt,
      seconds: (loop.now() - this.#startedAt) / 1e9,
    });
  }

  #lost(error?: Error): void {
    this.#linger.cancel();
    if (this.#phase === 'idle' || this.#phase === 'over') return;
    this.#fail(new Error(error?.message ?? 'the sender has closed the connection'), false);
  }

  /** Gives up; what there is stays for another time. */
  stop(error: Error): void {
    if (this.#phase !== 'idle' && this.#phase !== 'over') this.#fail(error);
  }

  #fail({ message }: Error, tell = true): void {
    const { loop, ended, traits } = this.#context;
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#silence.cancel();
    if (tell && this.#offer) this.#control.say({ type: 'stop', id: this.#offer.id, reason: message });
    this.#linger.arm(loop.now() + LINGER_NS);
    ended(new Error(`${message}${this.#keep(traits.reliable)}`));
  }

  /** The beginning without holes, and how to go on from there. */
  #keep(resumable: boolean): string {
    const [destination, chunks] = [this.#destination, this.#chunks];
    if (!destination) return '';
    try {
      if (chunks) {
        destination.sink.flush();
        const [hole] = chunks.holes();
        destination.truncate(hole?.at ?? chunks.chunking.from + chunks.bytes);
      }
    } catch {
      // A full disk has no room for the rest of what came.
    }
    try {
      const kept = destination.leave();
      if (kept === 0 || !resumable) return '';
      return `; ${destination.partPath} keeps the first ${kept} bytes: the same file sent again goes on there`;
    } catch (error) {
      return `; ${destination.path}${PART} may not be whole on the disk: ${(error as Error).message}`;
    }
  }
}
