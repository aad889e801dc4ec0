import type { Batch } from '../../io/batch.ts';
import type { Loop, Timer } from '../../io/loop.ts';
import type { Connection, Traits } from '../../transports/transport.ts';
import { encodeFields, FIELD_HEADER_BYTES, FieldError } from '../../wire/field.ts';
import { FieldReader, readFields } from '../../wire/field-reader.ts';
import { SERVER_NAME } from './names.ts';
import { OVER, REFUSED, WELCOME } from './notices.ts';
import { RULES } from './rules.ts';

/** A name that is not answered is said again; datagrams get lost. */
const ANSWER_NS = 0.3e9;
const ATTEMPTS = 10;
/** How long a connection waits to be greeted before it takes the other end for one that does not greet. */
const GREETING_NS = 1e9;
/** How often one says that one is still there, and how often that may stay unanswered. */
const ALIVE_NS = 20e9;
const UNANSWERED = 3;
/** How long the other end may take to say goodbye. */
const GOODBYE_NS = 2e9;

export interface ChatClientEvents {
  onOpen(): void;
  onMessage(name: string, text: string): void;
  onSent(count: number): void;
  /** A message that cannot be sent. */
  onRefused(why: string): void;
  /** Once; with what went wrong. */
  onEnd(error?: Error): void;
}

export interface ChatClientOptions {
  readonly name: string;
  /** The other end may be no netduel: nothing but the format is sent, and no answer is waited for. */
  readonly plain: boolean;
}

/** One end of a chat, for a person. */
export class ChatClient {
  readonly #loop: Loop;
  readonly #traits: Traits;
  readonly #connection: Connection;
  readonly #options: ChatClientOptions;
  readonly #events: ChatClientEvents;
  readonly #reader: FieldReader;
  readonly #decoder = new TextDecoder('utf-8');
  readonly #timer: Timer;
  readonly #waiting: Uint8Array[] = [];
  #sender: string | undefined;
  #open = false;
  #leaving = false;
  #unanswered = 0;
  /** The server's last word on why it will not have us. */
  #refused: string | undefined;
  #over = false;
  #welcomed = false;
  #ended = false;

  constructor(
    loop: Loop,
    traits: Traits,
    connection: Connection,
    options: ChatClientOptions,
    events: ChatClientEvents,
  ) {
    this.#loop = loop;
    this.#traits = traits;
    this.#connection = connection;
    this.#options = options;
    this.#events = events;
    this.#reader = new FieldReader((bytes, at, length) => this.#onField(bytes, at, length));
    this.#timer = loop.timer(() => this.#onTimer());
    connection.onOpen = () => this.#introduce();
    connection.onMessages = (batch) => this.#receive(batch);
    connection.onWritable = () => this.#flush();
    connection.onClose = (error) => this.#closed(error);
  }

  /** Datagrams need a word for everything that a connection does by itself; others would take it for a message. */
  get #speaksForItself(): boolean {
    return !this.#traits.connection && !this.#options.plain;
  }

  #introduce(): void {
    this.#queue(encodeFields(this.#options.name));
    if (this.#options.plain) return this.#opened();
    this.#timer.arm(this.#loop.now() + (this.#traits.connection ? GREETING_NS : ANSWER_NS));
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    this.#events.onOpen();
    if (this.#speaksForItself) this.#timer.arm(this.#loop.now() + ALIVE_NS);
    if (this.#leaving) this.#goodbye();
  }

  #onTimer(): void {
    if (this.#leaving && this.#open) return this.#end();
    // No netduel, as it seems: it has the name all the same.
    if (this.#traits.connection) return this.#opened();
    if (this.#unanswered++ >= (this.#open ? UNANSWERED : ATTEMPTS)) {
      return this.#end(new Error(this.#open ? 'the server has fallen silent' : 'nobody answers there'));
    }
    this.#queue(encodeFields(this.#options.name));
    this.#timer.arm(this.#loop.now() + (this.#open ? ALIVE_NS : ANSWER_NS));
  }

  say(text: string): void {
    if (this.#leaving) return;
    const { name } = this.#options;
    const field = encodeFields(text);
    // The server puts the name before it.
    const most = Math.min(
      RULES.textBytes,
      this.#connection.maxMessageBytes - 2 * FIELD_HEADER_BYTES - new TextEncoder().encode(name).length,
    );
    const bytes = field.length - FIELD_HEADER_BYTES;
    if (bytes > most) {
      this.#events.onRefused(`a message of ${bytes} bytes is too long: at most ${most} go over this transport`);
      return this.#events.onSent(1);
    }
    // That would mean something else.
    if (this.#speaksForItself && (bytes === 0 || text === name)) return this.#events.onSent(1);
    this.#queue(field);
  }

  /** Behind its headroom, as it will be sent. */
  #queue(field: Uint8Array): void {
    const { headroom } = this.#connection;
    const slab = new Uint8Array(new ArrayBuffer(headroom + field.length));
    slab.set(field, headroom);
    this.#waiting.push(slab);
    this.#flush();
  }

  #flush(): void {
    const { headroom } = this.#connection;
    let sent = 0;
    for (const slab of this.#waiting) {
      if (this.#connection.send(slab, 0, slab.length - headroom, 1) === 0) break;
      sent++;
    }
    this.#waiting.splice(0, sent);
    if (sent > 0) this.#events.onSent(sent);
    if (this.#leaving && this.#open) this.#goodbye();
  }

  /** When all that was said has been sent. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    if (this.#open) this.#goodbye();
  }

  #goodbye(): void {
    if (this.#waiting.length > 0 || this.#ended) return;
    if (this.#speaksForItself) {
      const word = encodeFields('');
      const slab = new Uint8Array(new ArrayBuffer(this.#connection.headroom + word.length));
      slab.set(word, this.#connection.headroom);
      this.#connection.send(slab, 0, word.length, 1);
    }
    this.#timer.arm(this.#loop.now() + GOODBYE_NS);
    this.#connection.close();
  }

  #receive({ bytes, offsets, lengths, count }: Batch): void {
    try {
      for (let i = 0; i < count && !this.#ended; i++) {
        if (this.#traits.framing === 'bytes') this.#reader.read(bytes, offsets[i], lengths[i]);
        else readFields(bytes, offsets[i], lengths[i], 2, this.#reader.limit, this.#reader.sink);
      }
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#end(new Error(`what came is no chat: ${error.message}`));
    }
  }

  #onField(bytes: Uint8Array, at: number, length: number): void {
    const text = this.#decoder.decode(bytes.slice(at, at + length));
    const sender = this.#sender;
    this.#sender = sender === undefined ? text : undefined;
    if (sender === undefined) return;
    if (sender === SERVER_NAME) this.#onNotice(text);
    else this.#events.onMessage(sender, text);
  }

  #onNotice(text: string): void {
    const answer = text.startsWith(WELCOME);
    if (answer) this.#unanswered = 0;
    if (answer && this.#welcomed) return;
    if (answer) this.#welcomed = true;
    if (text.startsWith(REFUSED) && (this.#traits.connection || !this.#open)) {
      this.#refused = text.slice(REFUSED.length);
    }
    if (answer) this.#opened();
    // Why it ends here will be said then.
    if (this.#refused === undefined) this.#events.onMessage(SERVER_NAME, text);
    if (text === OVER) this.#over = true;
    // Where there is no connection, nothing else tells.
    if (!this.#traits.connection && (this.#over || (this.#refused !== undefined && !this.#open))) this.#end();
  }

  #closed(error: Error | undefined): void {
    if (error || this.#over || this.#leaving) return this.#end(this.#leaving ? undefined : error);
    this.#end(new Error('the server has closed the connection'));
  }

  #end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#events.onEnd(this.#refused !== undefined && !this.#over ? new Error(this.#refused) : error);
  }
}
