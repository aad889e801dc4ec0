import assert from 'node:assert/strict';
import type { Address } from '../../io/address.ts';
import type { Batch } from '../../io/batch.ts';
import type { ConnectionLog } from '../../transports/log.ts';
import type { Connection, Listener, Traits, Transport } from '../../transports/transport.ts';
import type { IoSetup } from '../case.ts';
import { checkPattern } from '../pattern.ts';
import { type Stage, unexpected } from '../stage.ts';

/** What the checks of a transport need. */
export interface TransportSetup<O = Record<string, unknown>> extends IoSetup {
  readonly transport: Transport<O>;
  /** As behind the transport's name; absent: its defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The transport with its options checked and filled in. */
export interface Subject {
  readonly transport: Transport<unknown>;
  readonly options: unknown;
  readonly traits: Traits;
  readonly host: string;
  /** Given to what is made: one for listeners, one for clients. */
  readonly logs?: { readonly listener: ConnectionLog; readonly client: ConnectionLog };
}

export function listening(stage: Stage, subject: Subject, use: (address: Address, listener: Listener) => void): void {
  const { transport, options, host, logs } = subject;
  const listener = stage.keep(transport.listen(stage.io, { host, port: 0 }, options, logs?.listener));
  listener.onClose = unexpected('onClose of the listener');
  listener.onOpen = () => {
    listener.onClose = () => {};
    use(addressOf(listener), listener);
  };
}

/** A client that is open. */
export function dialled(stage: Stage, subject: Subject, address: Address, use: (client: Connection) => void): void {
  const { transport, options, logs } = subject;
  const client = stage.keep(transport.connect(stage.io, address, options, logs?.client));
  client.onClose = unexpected('onClose of the client');
  client.onOpen = () => {
    client.onClose = () => {};
    use(client);
  };
}

/** Both ends of one connection, open; the listener is told of the client, as an endpoint does. */
export function connected(
  stage: Stage,
  subject: Subject,
  use: (server: Connection, client: Connection, listener: Listener) => void,
): void {
  listening(stage, subject, (address, listener) => {
    let server: Connection | undefined;
    let client: Connection | undefined;
    const both = (): void => {
      if (server && client) use(server, client, listener);
    };
    listener.onConnection = (connection) => {
      listener.onConnection = unexpected('onConnection');
      server = stage.keep(connection);
      both();
    };
    dialled(stage, subject, address, (connection) => {
      client = connection;
      if (server) both();
      else listener.expect(addressOf(client));
    });
  });
}

export function addressOf(socket: { readonly local: Address | undefined }): Address {
  assert.ok(socket.local, 'what is open must know its address');
  return socket.local;
}

/** On the host that was asked for and a port; or, for what knows no network, by a name. */
export function checkAddress({ transport, host }: Subject, address: Address): void {
  const named = transport.only === 'loopback';
  assert.match(address.host, named ? /^@/ : new RegExp(`^${host.replaceAll('.', '[.]')}$`));
  assert.ok(named ? address.port === 0 : address.port > 0, `port ${address.port}`);
}

/** Sends a slab's messages of one size as they are taken. */
export function sendSlab(connection: Connection, slab: Uint8Array, size: number, count: number): void {
  let sent = 0;
  connection.onWritable = () => {
    sent += connection.send(slab, sent * (connection.headroom + size), size, count - sent);
    if (sent === count) connection.onWritable = () => {};
  };
  connection.onWritable();
}

/** Calls `each` for every message of a batch, having checked the batch itself. */
export function eachMessage(stage: Stage, batch: Batch, each: (offset: number, length: number) => void): void {
  assert.ok(batch.count > 0, 'an empty batch');
  assert.ok(batch.arrival <= stage.io.loop.now(), 'a batch from the future');
  for (let i = 0; i < batch.count; i++) {
    const offset = batch.offsets[i];
    assert.equal(batch.view.getUint8(offset), batch.bytes[offset], 'view and bytes are not the same memory');
    each(offset, batch.lengths[i]);
  }
}

/** What came of numbered messages of one size. */
export interface Inbox {
  readonly received: number;
  /** Messages that came for the first time. */
  readonly unique: number;
}

/** Checks content, and order and uniqueness where the transport promises them. */
export function collect(
  stage: Stage,
  subject: Subject,
  connection: Connection,
  size: number,
  then: (inbox: Inbox) => void,
): void {
  const { reliable, ordered } = subject.traits;
  const seen = new Set<number>();
  const inbox = { received: 0, unique: 0 };
  let last = -1;
  connection.onMessages = (batch) => {
    eachMessage(stage, batch, (offset, length) => {
      assert.equal(length, size, 'a message of another size');
      const number = batch.view.getUint32(offset);
      checkPattern(batch.bytes, offset, size, number);
      if (reliable) assert.equal(seen.has(number), false, `message ${number} came twice`);
      if (ordered) assert.ok(number > last, `message ${number} came after ${last}`);
      last = number;
      seen.add(number);
      inbox.received++;
      inbox.unique = seen.size;
    });
    then(inbox);
  };
}
