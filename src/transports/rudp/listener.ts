import type { Address } from '../../io/address.ts';
import type { Batch } from '../../io/batch.ts';
import type { DatagramSocket, Peer } from '../../io/datagram.ts';
import { ipHeaderBytes } from '../../io/headers.ts';
import type { Io } from '../../io/io.ts';
import type { ConnectionLog } from '../log.ts';
import type { Connection, Listener } from '../transport.ts';
import { RudpConnection } from './connection.ts';
import { makeEngine, parametersOf, payloadOf } from './engines.ts';
import { keyOf, newConnectionId } from './handshake/connection-id.ts';
import { COOKIE_LIFETIME_NS, CookieJar } from './handshake/cookie.ts';
import type { RudpOptions } from './options.ts';
import { Port } from './port.ts';
import { INITIAL_RTT_NS } from './send/rtt.ts';
import { type Answer, encodeChallenge, encodeVersions, type Hello, parseLong } from './wire/handshake.ts';
import { type ConnectionId, LONG, SHORT_HEADER_BYTES } from './wire/packet.ts';

/** Not for every packet that was on its way (RFC 9000 10.2.1). */
const BETWEEN_FAREWELLS_NS = 5e6;

/**
 * A connection, or what is left of one: its id must not come to life again while the cookie that made it is good, and a client that
 * has not heard that it is over is told again.
 */
interface Accepted {
  readonly id: ConnectionId;
  readonly peer: Peer;
  connection: RudpConnection | undefined;
  farewell: Uint8Array | undefined;
  /** No farewell before. */
  silentUntil: number;
  keptUntil: number;
}

/**
 * The server's end: one socket for all connections, told apart by the ids that it chose. Until a client has proved its address
 * nothing is kept of it, and it is sent less than it sent itself.
 */
export class RudpListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #io: Io;
  readonly #options: RudpOptions;
  readonly #log: ConnectionLog | undefined;
  readonly #socket: DatagramSocket;
  readonly #port: Port;
  readonly #cookies = new CookieJar();
  readonly #accepted = new Map<number, Accepted>();
  /** Of the batch at hand. */
  readonly #touched: RudpConnection[] = [];
  #open = 0;
  #closing = false;

  constructor(io: Io, local: Address, options: RudpOptions, log: ConnectionLog | undefined) {
    this.#io = io;
    this.#options = options;
    this.#log = log;
    this.#socket = io.datagram({ local });
    this.#port = new Port(this.#socket);
    this.#socket.onOpen = () => this.onOpen();
    this.#socket.onDatagrams = (batch, peer) => this.#receive(batch, peer);
    this.#socket.onError = (error: NodeJS.ErrnoException) => {
      // It does not say whose: each looks for itself what still passes.
      if (error.code === 'EMSGSIZE') for (const { connection } of this.#accepted.values()) connection?.onTooLarge();
    };
    this.#socket.onClose = (error) => this.#closed(error);
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  expect(): void {}

  #receive(batch: Batch, peer: Peer): void {
    const { bytes, offsets, lengths, count, arrival } = batch;
    const touched = this.#touched;
    for (let i = 0; i < count; i++) {
      if (bytes[offsets[i]] & LONG) {
        this.#handshake(batch, i, peer);
        continue;
      }
      const accepted = lengths[i] > SHORT_HEADER_BYTES ? this.#find(batch, offsets[i], peer) : undefined;
      if (!accepted) continue;
      const { connection } = accepted;
      if (!connection) {
        this.#sayAgain(accepted, arrival);
        continue;
      }
      connection.receive(batch, i);
      if (!touched.includes(connection)) touched.push(connection);
    }
    if (touched.length === 0) return;
    for (const connection of touched) connection.endBatch(arrival);
    touched.length = 0;
  }

  #find({ view }: Batch, at: number, peer: Peer): Accepted | undefined {
    const hi = view.getUint32(at + 1);
    const lo = view.getUint32(at + 5);
    const accepted = this.#accepted.get(keyOf(hi, lo));
    if (!accepted || accepted.id.hi !== hi || accepted.id.lo !== lo) return undefined;
    if (accepted.peer === peer) return accepted;
    // The socket may have made the address anew.
    return accepted.peer.host === peer.host && accepted.peer.port === peer.port ? accepted : undefined;
  }

  #sayAgain(accepted: Accepted, now: number): void {
    const { farewell, peer, silentUntil } = accepted;
    if (!farewell || now < silentUntil) return;
    accepted.silentUntil = now + BETWEEN_FAREWELLS_NS;
    this.#port.sendNow(farewell, peer);
  }

  #handshake({ bytes, view, offsets, lengths, arrival }: Batch, i: number, peer: Peer): void {
    if (this.#closing) return;
    const packet = parseLong(bytes, view, offsets[i], offsets[i] + lengths[i]);
    if (packet?.type === 'hello') this.#challenge(packet, peer, arrival);
    else if (packet?.type === 'unknown-version') this.#port.sendNow(encodeVersions(packet.source), peer);
    else if (packet?.type === 'answer') this.#answer(packet, peer, arrival);
  }

  #challenge({ source, attempt }: Hello, peer: Peer, now: number): void {
    const id = newConnectionId();
    const cookie = this.#cookies.make(now, peer, source, id);
    this.#port.sendNow(encodeChallenge(source, id, attempt, cookie, this.#parameters(peer)), peer);
  }

  #answer({ source, destination, cookie, parameters }: Answer, peer: Peer, now: number): void {
    const key = keyOf(destination.hi, destination.lo);
    // Known already: its answer was repeated, by the client or by the path.
    if (this.#accepted.has(key)) return;
    const proof = this.#cookies.check(cookie, now, peer, source, destination);
    if (!proof.ok) return;
    this.#forgetOld(now);
    const connection = new RudpConnection(this.#io.loop, this.#port, peer, this.#options.window, (error) =>
      this.#release(key, accepted, error),
    );
    const accepted: Accepted = {
      ...{ id: destination, peer, connection },
      ...{ farewell: undefined, silentUntil: 0, keptUntil: now + COOKIE_LIFETIME_NS },
    };
    this.#accepted.set(key, accepted);
    this.#open++;
    const agreed = {
      now,
      id: destination,
      peer: source,
      remote: parameters,
      // More may be the time that lost proofs took to be repeated, at whose length no time-out should start.
      roundTripNs: Math.min(proof.roundTripNs, INITIAL_RTT_NS),
      maxPayload: this.#maxPayload(peer),
    };
    connection.start(makeEngine(this.#options, agreed, this.#log));
    this.onConnection(connection);
  }

  #release(key: number, accepted: Accepted, error?: Error): void {
    const { connection } = accepted;
    accepted.connection = undefined;
    accepted.farewell = connection?.farewell;
    accepted.keptUntil = this.#io.loop.now() + COOKIE_LIFETIME_NS;
    // To the end: they stand in the order in which they are forgotten.
    this.#accepted.delete(key);
    this.#accepted.set(key, accepted);
    // No event fires inside the call that causes it.
    this.#io.loop
      .timer(() => {
        this.#open--;
        connection?.onClose(error);
        if (this.#closing && this.#open === 0) this.#socket.close();
      })
      .arm(0);
  }

  #forgetOld(now: number): void {
    for (const [key, { connection, keptUntil }] of this.#accepted) {
      if (keptUntil > now) return;
      if (!connection) this.#accepted.delete(key);
    }
  }

  #maxPayload(peer: Peer): number {
    return payloadOf(Math.min(this.#options.mtu, this.#io.pathMtu(peer.host)), ipHeaderBytes(peer.host));
  }

  #parameters(peer: Peer): ReturnType<typeof parametersOf> {
    return parametersOf(this.#options, this.#maxPayload(peer));
  }

  #closed(error?: Error): void {
    for (const { connection } of this.#accepted.values())
      connection?.fail(error ?? new Error('rudp: the socket is closed'));
    this.onClose(error);
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const { connection } of this.#accepted.values()) connection?.close();
    if (this.#open === 0) this.#socket.close();
  }
}
