import type { Batch } from '../../io/batch.ts';
import type { Connection } from '../../transports/transport.ts';
import { encodeFields } from '../../wire/field.ts';
import { FieldReader, type FieldSink, readFields } from '../../wire/field-reader.ts';

/** A client in a room: its connection, and what it knows of its own messages. */
export class Member {
  readonly number: number;
  readonly connection: Connection;
  /** The server has its name. */
  joined = false;
  /** The server has shown it out. */
  gone = false;
  /** Measured messages that its transport took. */
  sent = 0;
  /** Its next message waits for the transport; and until when one did. */
  held = false;
  heldUntil = 0;
  readonly #name: string;
  readonly #reader: FieldReader;
  readonly #stream: boolean;
  readonly #onText: (member: Member, bytes: Uint8Array, at: number, length: number) => void;
  #introduced = false;
  /** Senders' names and texts come in turn. */
  #text = false;

  constructor(
    number: number,
    name: string,
    connection: Connection,
    stream: boolean,
    onText: (member: Member, bytes: Uint8Array, at: number, length: number) => void,
  ) {
    this.number = number;
    this.connection = connection;
    this.#name = name;
    this.#stream = stream;
    this.#onText = onText;
    this.#reader = new FieldReader(this.#onField);
  }

  readonly #onField: FieldSink = (bytes, at, length) => {
    const text = this.#text;
    this.#text = !text;
    if (text) this.#onText(this, bytes, at, length);
  };

  receive({ bytes, offsets, lengths, count }: Batch): void {
    const reader = this.#reader;
    for (let i = 0; i < count; i++) {
      if (this.#stream) reader.read(bytes, offsets[i], lengths[i]);
      else readFields(bytes, offsets[i], lengths[i], 2, reader.limit, reader.sink);
    }
  }

  /** Says its name, unless it has; `again`: also then, since it may have been lost. */
  introduce(again: boolean): void {
    if (this.#introduced && !again) return;
    const { connection } = this;
    const field = encodeFields(this.#name);
    const slab = new Uint8Array(new ArrayBuffer(connection.headroom + field.length));
    slab.set(field, connection.headroom);
    this.#introduced = connection.send(slab, 0, field.length, 1) === 1;
  }
}
