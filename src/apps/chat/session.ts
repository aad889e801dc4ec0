import type { Connection } from '../../transports/transport.ts';
import { encodeFields } from '../../wire/field.ts';
import { FieldReader, type FieldSink } from '../../wire/field-reader.ts';
import { type Introduction, MAX_NAME_BYTES } from './names.ts';
import type { Room } from './room.ts';

/** A client, with a name or before it has said one. */
export class Session {
  readonly id: number;
  readonly connection: Connection;
  /** Cuts a byte stream into fields. */
  readonly reader: FieldReader;
  readonly since: number;
  heardAt: number;
  room: Room | undefined;
  name = '';
  /** As it came, to know it again. */
  introduction: Uint8Array = new Uint8Array(0);
  /** Its name as a field: how its messages begin. */
  prefix: Uint8Array = new Uint8Array(0);
  /** The entry of the room's log that it is to be sent next. */
  cursor = 0;
  /** Its transport has no room. */
  blocked = false;
  /** Nothing it sends is heard any more. */
  over = false;
  /** When it is given up that has been asked to go. */
  abortAt = Infinity;

  constructor(id: number, connection: Connection, now: number, sink: FieldSink) {
    this.id = id;
    this.connection = connection;
    this.since = now;
    this.heardAt = now;
    this.reader = new FieldReader(sink, MAX_NAME_BYTES);
  }

  enter(room: Room, { name }: Introduction, introduction: Uint8Array): void {
    this.room = room;
    this.name = name;
    this.introduction = introduction;
    this.prefix = encodeFields(name);
    this.cursor = room.log.next;
  }
}
