import type { Batch } from '../../io/batch.ts';
import type { Timer } from '../../io/loop.ts';
import type { Connection } from '../../transports/transport.ts';
import type { HalfContext } from '../scenario.ts';
import { Member } from './member.ts';
import type { ChatParams } from './params.ts';
import type { Seating } from './rooms.ts';

/** Connections that are being opened at a time. */
const OPENING = 200;
/** Names that may have been lost are said again. */
const AGAIN_NS = 200e6;

/** What a member's connection brings. */
export interface MemberEvents {
  onBatch(member: Member, batch: Batch): void;
  onText(member: Member, bytes: Uint8Array, at: number, length: number): void;
  onWritable(member: Member): void;
  onGone(member: Member, error: Error | undefined): void;
}

/** Opens a connection for every client and introduces it; ready once the server has all their names. */
export class Joining {
  /** By number, once its connection has opened. */
  readonly members: Member[] = [];
  /** From the first client's going to the last one's being a member. */
  seconds = 0;
  readonly #context: HalfContext<ChatParams>;
  readonly #seating: Seating;
  readonly #events: MemberEvents;
  readonly #again: Timer;
  #started = 0;
  #opening = 0;
  #asked = 0;
  #joined = 0;
  #lastAt = 0;

  constructor(context: HalfContext<ChatParams>, seating: Seating, events: MemberEvents) {
    this.#context = context;
    this.#seating = seating;
    this.#events = events;
    this.#again = context.loop.timer(() => this.#introduceAgain());
  }

  /** `first` is open already. */
  start(first: Connection): void {
    const { loop, traits } = this.#context;
    this.#started = loop.now();
    this.#opened(this.#asked++, first);
    this.#openMore();
    if (!traits.connection) this.#again.arm(loop.now() + AGAIN_NS);
  }

  #openMore(): void {
    const { clients } = this.#context.params;
    while (this.#asked < clients && this.#opening < OPENING) {
      const number = this.#asked++;
      const connection = this.#context.connect();
      this.#opening++;
      connection.onOpen = () => {
        this.#opening--;
        this.#opened(number, connection);
        this.#openMore();
      };
      connection.onClose = (error) => {
        const why = error?.message ?? 'the server closed the connection';
        this.#context.fail(new Error(`client ${number} of ${clients} could not connect: ${why}`));
      };
    }
  }

  #opened(number: number, connection: Connection): void {
    const { onBatch, onText, onWritable, onGone } = this.#events;
    const stream = this.#context.traits.framing === 'bytes';
    const member = new Member(number, this.#seating.nameOf(number), connection, stream, onText);
    this.members[number] = member;
    connection.onMessages = (batch) => onBatch(member, batch);
    connection.onWritable = () => {
      member.introduce(false);
      onWritable(member);
    };
    connection.onClose = (error) => onGone(member, error);
    member.introduce(false);
  }

  #introduceAgain(): void {
    for (const member of this.members) if (member && !member.joined) member.introduce(true);
    if (this.#joined < this.#context.params.clients) this.#again.arm(this.#context.loop.now() + AGAIN_NS);
  }

  onJoined(numbers: readonly number[], at: number): void {
    for (const number of numbers) this.members[number].joined = true;
    this.#joined += numbers.length;
    this.#lastAt = Math.max(this.#lastAt, at);
    if (this.#joined < this.#context.params.clients) return;
    this.seconds = (this.#lastAt - this.#started) / 1e9;
    this.#again.cancel();
    this.#context.ready();
  }
}
