import type { Batch } from '../../io/batch.ts';
import type { Loop, Timer } from '../../io/loop.ts';
import type { Connection, Traits } from '../../transports/transport.ts';
import { checkText, encodeFields, FIELD_HEADER_BYTES, FieldError } from '../../wire/field.ts';
import { readFields } from '../../wire/field-reader.ts';
import { type ChatAccount, emptyAccount } from './account.ts';
import { introduced, SERVER_NAME } from './names.ts';
import { joined, left, OVER, REFUSED, welcome } from './notices.ts';
import { Room } from './room.ts';
import type { ChatRules } from './rules.ts';
import { Session } from './session.ts';

const SWEEP_NS = 0.5e9;
/** How long one that was asked to go may take for it. */
const GOING_NS = 2e9;
const SERVER_PREFIX = encodeFields(SERVER_NAME);

/** What whoever runs a chat server hears of it. */
export interface ChatEvents {
  onJoin(member: Session, room: string): void;
  /** `why`: undefined where it went by itself. */
  onLeave(member: Session, room: string, why: string | undefined): void;
  /** Somebody without a name was shown out, or a message was refused. */
  onRefusal(client: Session, why: string): void;
  /** Whether a message counts in the account. */
  counts(bytes: Uint8Array, at: number, length: number): boolean;
}

/**
 * A chat server for connections of any transport: hears names, then messages, and hands each message to all others in the room. It
 * knows neither sockets nor a clock of its own. Nobody waits for anybody: who reads slowly falls behind alone, who breaks the format goes alone.
 */
export class ChatServer {
  readonly account: ChatAccount = emptyAccount();
  readonly #loop: Loop;
  readonly #rules: ChatRules;
  readonly #events: ChatEvents;
  readonly #stream: boolean;
  readonly #connected: boolean;
  readonly #rooms = new Map<string, Room>();
  readonly #sessions = new Set<Session>();
  /** In order of their coming. */
  readonly #nameless = new Set<Session>();
  readonly #leaving = new Set<Session>();
  readonly #dirty: Room[] = [];
  readonly #flusher: Timer;
  readonly #sweeper: Timer;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #ids = 0;
  #members = 0;
  #onStopped: (() => void) | undefined;

  constructor(loop: Loop, { framing, connection }: Traits, rules: ChatRules, events: ChatEvents) {
    this.#loop = loop;
    this.#rules = rules;
    this.#events = events;
    this.#stream = framing === 'bytes';
    this.#connected = connection;
    this.#flusher = loop.timer(() => this.#flush());
    this.#sweeper = loop.timer(() => this.#sweep());
  }

  /** Those with a name. */
  get members(): number {
    return this.#members;
  }

  accept(connection: Connection): void {
    const now = this.#loop.now();
    const session = new Session(++this.#ids, connection, now, (bytes, at, length) =>
      this.#onField(session, bytes, at, length),
    );
    if (this.#sessions.size === 0) this.#sweeper.arm(now + SWEEP_NS);
    this.#sessions.add(session);
    this.#nameless.add(session);
    connection.onMessages = (batch) => this.#receive(session, batch);
    connection.onWritable = () => this.#writable(session);
    connection.onClose = (error) => this.#closed(session, error);
    if (this.#onStopped) this.#expel(session, OVER);
    else if (this.#sessions.size > this.#rules.clients) {
      this.#refuse(session, `there is room for ${this.#rules.clients} clients, and as many are here`);
    }
  }

  #receive(session: Session, batch: Batch): void {
    const { bytes, offsets, lengths, count } = batch;
    session.heardAt = batch.arrival;
    for (let i = 0; i < count && !session.over; i++) {
      try {
        if (this.#stream) session.reader.read(bytes, offsets[i], lengths[i]);
        else readFields(bytes, offsets[i], lengths[i], 1, session.reader.limit, session.reader.sink);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        this.#broken(session, error);
      }
    }
  }

  /** Whoever breaks the format on a connection is shown out; a datagram may have been anybody's, and is refused alone. */
  #broken(session: Session, error: FieldError): void {
    if (this.#connected || !session.room) return this.#refuse(session, error.message);
    this.account.refused++;
    this.#events.onRefusal(session, error.message);
    this.#say(session, REFUSED + error.message);
  }

  #onField(session: Session, bytes: Uint8Array, at: number, length: number): void {
    const { room } = session;
    if (!room) return this.#onName(session, bytes, at, length);
    if (!this.#connected) {
      // Silence ends a membership there, so there are words for staying and for leaving.
      if (length === 0) return this.#leave(session, undefined);
      if (isSame(bytes, at, length, session.introduction)) return this.#greet(session, room);
    }
    checkText(bytes, at, length);
    const counted = this.#events.counts(bytes, at, length);
    if (counted) {
      this.account.taken++;
      this.account.due += room.members.length - 1;
    }
    if (room.members.length > 1) this.#add(room, session.id, counted, session.prefix, bytes, at, length);
  }

  #onName(session: Session, bytes: Uint8Array, at: number, length: number): void {
    // A copy of its farewell.
    if (length === 0 && !this.#connected) return this.#leave(session, undefined);
    checkText(bytes, at, length);
    const given = bytes.slice(at, at + length);
    const introduction = introduced(this.#decoder.decode(given));
    const { connection, reader } = session;
    const existing = this.#rooms.get(introduction.room);
    if (existing?.names.has(introduction.name)) throw new FieldError(`the name '${introduction.name}' is taken`);
    const room = existing ?? new Room(introduction.room, connection.headroom, this.#stream, this.#rules, this.account);
    this.#rooms.set(room.name, room);
    session.enter(room, introduction, given);
    room.add(session);
    this.#members++;
    this.#nameless.delete(session);
    reader.limit = Math.min(
      this.#rules.textBytes,
      connection.maxMessageBytes - session.prefix.length - FIELD_HEADER_BYTES,
    );
    this.#events.onJoin(session, room.name);
    if (!this.#rules.notices) return;
    this.#greet(session, room);
    this.#announce(room, session.id, joined(session.name));
  }

  #greet(session: Session, room: Room): void {
    if (this.#rules.notices) this.#say(session, welcome(session.name, room.name, room.members.length - 1));
  }

  /** To all members but the one that it is about. */
  #announce(room: Room, about: number, text: string): void {
    if (!this.#rules.notices || room.members.length === 0) return;
    const bytes = new TextEncoder().encode(text);
    this.#add(room, about, false, SERVER_PREFIX, bytes, 0, bytes.length);
  }

  #add(room: Room, sender: number, counted: boolean, prefix: Uint8Array, text: Uint8Array, at: number, length: number) {
    room.log.add(sender, counted, prefix, text, at, length);
    if (room.dirty) return;
    room.dirty = true;
    if (this.#dirty.push(room) === 1) this.#flusher.arm(this.#loop.now());
  }

  /** What was said in one turn of the loop goes out at the next: who is sent much is sent it together. */
  #flush(): void {
    const dirty = this.#dirty;
    for (let i = 0; i < dirty.length; i++) dirty[i].flush(this.#expelSlow);
    dirty.length = 0;
  }

  readonly #expelSlow = (slow: Session): void => {
    this.account.disconnected++;
    const why = `it was ${this.#rules.queue} messages behind the room`;
    this.#expel(slow, REFUSED + why, why);
  };

  /** To one client alone, if its transport takes it now. */
  #say(session: Session, text: string): void {
    if (session.over || session.blocked) return;
    const { connection } = session;
    const fields = encodeFields(SERVER_NAME, text);
    if (fields.length > connection.maxMessageBytes) return;
    const slab = new Uint8Array(new ArrayBuffer(connection.headroom + fields.length));
    slab.set(fields, connection.headroom);
    connection.send(slab, 0, fields.length, 1);
  }

  #writable(session: Session): void {
    if (session.room) session.room.resume(session);
    else session.blocked = false;
  }

  #refuse(session: Session, why: string): void {
    if (session.over) return;
    this.account.refused++;
    if (!session.room) this.#events.onRefusal(session, why);
    this.#expel(session, REFUSED + why, why);
  }

  /** Tells why, and shows out. */
  #expel(session: Session, words: string, why?: string): void {
    if (this.#rules.notices) this.#say(session, words);
    this.#leave(session, why ?? words);
  }

  #leave(session: Session, why: string | undefined): void {
    if (session.over) return;
    this.#forget(session, why);
    this.#leaving.add(session);
    session.abortAt = this.#loop.now() + GOING_NS;
    session.connection.close();
  }

  /** It is a member no more. */
  #forget(session: Session, why: string | undefined): void {
    session.over = true;
    session.reader.stop();
    this.#nameless.delete(session);
    const { room } = session;
    if (!room) return;
    session.room = undefined;
    this.#members--;
    room.remove(session);
    if (room.members.length === 0) this.#rooms.delete(room.name);
    else room.trim();
    this.#events.onLeave(session, room.name, why);
    if (!this.#onStopped) this.#announce(room, session.id, left(session.name));
  }

  #closed(session: Session, error: Error | undefined): void {
    if (!session.over) {
      const why = error?.message ?? cutOf(session);
      if (!session.room && why !== undefined) this.#events.onRefusal(session, why);
      this.#forget(session, why);
    }
    this.#leaving.delete(session);
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) this.#stopped();
  }

  #sweep(): void {
    const now = this.#loop.now();
    for (const session of this.#nameless) {
      if (now - session.since < this.#rules.nameSeconds * 1e9) break;
      this.#refuse(session, `no name within ${this.#rules.nameSeconds} s`);
    }
    if (!this.#connected) {
      for (const session of this.#sessions) {
        if (session.room && now - session.heardAt > this.#rules.idleSeconds * 1e9) {
          this.#refuse(
            session,
            `nothing was heard of it for ${this.#rules.idleSeconds} s; say the name again to come back`,
          );
        }
      }
    }
    for (const session of this.#leaving) {
      if (now < session.abortAt) break;
      session.connection.abort();
    }
    if (this.#sessions.size > 0) this.#sweeper.arm(now + SWEEP_NS);
  }

  /** Tells everybody that it is over; `onStopped` is called when all have gone. */
  stop(onStopped: () => void): void {
    if (this.#onStopped) return;
    this.#onStopped = onStopped;
    for (const room of this.#rooms.values()) {
      // Of nobody, so that it is for everybody.
      this.#announce(room, 0, OVER);
    }
    this.#flush();
    for (const session of [...this.#sessions]) this.#leave(session, OVER);
    if (this.#sessions.size === 0) this.#stopped();
  }

  #stopped(): void {
    this.#sweeper.cancel();
    const tell = this.#onStopped;
    if (!tell) return;
    this.#onStopped = () => {};
    this.#flusher.cancel();
    tell();
  }
}

/** What an end in the middle of a field is to be called; undefined where it was none. */
function cutOf({ reader }: Session): string | undefined {
  try {
    reader.end();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function isSame(bytes: Uint8Array, at: number, length: number, other: Uint8Array): boolean {
  if (length !== other.length) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== other[i]) return false;
  return true;
}
