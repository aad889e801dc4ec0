import type { Address } from '../../io/address.ts';
import type { Batch } from '../../io/batch.ts';
import { ipHeaderBytes } from '../../io/headers.ts';
import type { Io } from '../../io/io.ts';
import type { Loop, Timer } from '../../io/loop.ts';
import type { ConnectionLog } from '../log.ts';
import type { Connection } from '../transport.ts';
import { RudpConnection } from './connection.ts';
import { makeEngine, parametersOf, payloadOf } from './engines.ts';
import { newConnectionId } from './handshake/connection-id.ts';
import { DialError } from './handshake/dial-error.ts';
import type { RudpOptions } from './options.ts';
import { Port } from './port.ts';
import { type Challenge, encodeAnswer, encodeHello, parseLong, type Versions } from './wire/handshake.ts';
import { type ConnectionId, LONG, VERSION_1 } from './wire/packet.ts';

/** A HELLO that is not answered is repeated, at first as soon as a long path would have answered; an answer costs the server nothing. */
const FIRST_TIMEOUT_NS = 400e6;
const MAX_TIMEOUT_NS = 1.5e9;
const GIVE_UP_NS = 20e9;
/** Refusals in a row, nothing heard in between: the other end's port is closed, whatever a single forged message may say. */
const REFUSALS = 3;

/** Opens a connection; no event fires inside the call. */
export function dial(io: Io, remote: Address, options: RudpOptions, log: ConnectionLog | undefined): Connection {
  return new Dialler(io, remote, options, log).connection;
}

/** The client's side of the handshake, and then of the socket. */
class Dialler {
  readonly connection: RudpConnection;
  readonly #loop: Loop;
  readonly #port: Port;
  readonly #remote: Address;
  readonly #options: RudpOptions;
  readonly #log: ConnectionLog | undefined;
  readonly #id: ConnectionId = newConnectionId();
  readonly #maxPayload: number;
  readonly #hello: Timer;
  readonly #sentAt: number[] = [];
  #started = 0;
  #open = false;
  /** Failed or closed, maybe before it was open; the rest of a batch may still come in. */
  #over = false;
  #refusals = 0;
  #error: Error | undefined;

  constructor(io: Io, remote: Address, options: RudpOptions, log: ConnectionLog | undefined) {
    this.#loop = io.loop;
    this.#remote = remote;
    this.#options = options;
    this.#log = log;
    this.#maxPayload = payloadOf(Math.min(options.mtu, io.pathMtu(remote.host)), ipHeaderBytes(remote.host));
    const socket = io.datagram({ remote });
    this.#port = new Port(socket);
    this.#hello = io.loop.timer(() => this.#sayHello());
    this.connection = new RudpConnection(io.loop, this.#port, undefined, options.window, (error) => {
      this.#hello.cancel();
      this.#error = error;
      this.#over = true;
      socket.close();
    });
    socket.onOpen = () => {
      this.#started = io.loop.now();
      this.#sayHello();
    };
    socket.onDatagrams = (batch) => this.#receive(batch);
    socket.onError = (error) => this.#onError(error);
    socket.onClose = (error) => this.connection.onClose(this.#error ?? error);
  }

  #sayHello(): void {
    const now = this.#loop.now();
    if (now - this.#started >= GIVE_UP_NS) {
      const { host, port } = this.#remote;
      return this.connection.fail(new DialError(`no rudp server answered at ${host}:${port}`, 'ETIMEDOUT'));
    }
    const attempt = this.#sentAt.length;
    this.#sentAt.push(now);
    const parameters = parametersOf(this.#options, this.#maxPayload);
    this.#hello.arm(now + Math.min(MAX_TIMEOUT_NS, FIRST_TIMEOUT_NS * 1.5 ** attempt));
    this.#port.sendNow(encodeHello(this.#id, attempt, parameters), undefined);
  }

  #receive(batch: Batch): void {
    const { bytes, view, offsets, lengths, count, arrival } = batch;
    let mine = false;
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      if (bytes[at] & LONG) {
        if (!this.#open && !this.#over) this.#handshake(batch, i);
      } else if (lengths[i] > 8 && view.getUint32(at + 1) === this.#id.hi && view.getUint32(at + 5) === this.#id.lo) {
        this.connection.receive(batch, i);
        mine = true;
      }
    }
    if (!mine) return;
    this.#refusals = 0;
    this.connection.endBatch(arrival);
  }

  #handshake({ bytes, view, offsets, lengths, arrival }: Batch, i: number): void {
    const packet = parseLong(bytes, view, offsets[i], offsets[i] + lengths[i]);
    if (packet?.type !== 'challenge' && packet?.type !== 'versions') return;
    if (packet.destination.hi !== this.#id.hi || packet.destination.lo !== this.#id.lo) return;
    if (packet.type === 'versions') this.#onVersions(packet);
    else this.#onChallenge(packet, arrival);
  }

  #onVersions({ versions }: Versions): void {
    // One that names ours is no answer to our HELLO, whoever sent it.
    if (versions.includes(VERSION_1)) return;
    const known = versions.map((version) => `0x${version.toString(16)}`).join(', ');
    const { host, port } = this.#remote;
    this.connection.fail(
      new DialError(
        `${host}:${port} speaks rudp of version ${known}, not 0x${VERSION_1.toString(16)}; use the same netduel at both ends`,
        'EPROTONOSUPPORT',
      ),
    );
  }

  #onChallenge({ source, attempt, cookie, parameters }: Challenge, now: number): void {
    const sentAt = this.#sentAt[attempt];
    if (sentAt === undefined) return;
    this.#open = true;
    this.#hello.cancel();
    const own = parametersOf(this.#options, this.#maxPayload);
    const agreed = {
      now,
      id: this.#id,
      peer: source,
      remote: parameters,
      roundTripNs: now - sentAt,
      maxPayload: this.#maxPayload,
      answer: encodeAnswer(source, this.#id, cookie, own),
    };
    this.connection.start(makeEngine(this.#options, agreed, this.#log));
    this.connection.onOpen();
  }

  #onError(error: NodeJS.ErrnoException): void {
    if (error.code === 'EMSGSIZE') return this.connection.onTooLarge();
    if (error.code !== 'ECONNREFUSED') return;
    if (this.#open && ++this.#refusals < REFUSALS) return;
    // Not from inside the call that met it.
    this.#loop
      .timer(() => {
        const { host, port } = this.#remote;
        this.connection.fail(new DialError(`nobody listens at ${host}:${port}`, 'ECONNREFUSED', error));
      })
      .arm(0);
  }
}
