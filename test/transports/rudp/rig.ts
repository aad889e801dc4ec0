import { type PathOptions, SimNetwork, type SimPath } from '../../../src/io/sim/network.ts';
import type { SimIo } from '../../../src/io/sim/sim-io.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Connection, Listener, Transport } from '../../../src/transports/transport.ts';
import { Arrivals, Messages } from './messages.ts';
import { Source } from './source.ts';

export const SERVER_PORT = 5000;

export interface FlowOptions {
  /** Behind the transport's name; those of the server where they differ. */
  readonly options?: Record<string, unknown>;
  readonly serverOptions?: Record<string, unknown>;
  readonly transport?: Transport;
  /** Size of all messages, or sizes that they have in turn. */
  readonly messageBytes?: number | readonly number[];
  /** Stops after so many messages, and closes; absent: goes on, and what arrives is only counted. */
  readonly messages?: number;
  /** One message every so often; absent: as fast as they are taken. */
  readonly everyNs?: number;
  /** The server sends as much as the client. */
  readonly bothWays?: boolean;
  /** Does not close when all is sent. */
  readonly stays?: boolean;
  readonly port?: number;
}

/** A sender that always has more, and what comes of it at the other end. */
export class Flow {
  opened = Number.NaN;
  /** Virtual time of the last delivery. */
  finished = Number.NaN;
  clientError: Error | undefined;
  serverError: Error | undefined;
  clientClosed = false;
  serverClosed = false;
  /** Virtual time. */
  clientClosedAt = Number.NaN;
  serverClosedAt = Number.NaN;
  readonly client: Connection;
  server: Connection | undefined;
  readonly listener: Listener;
  /** What the client sends and what the server gets; with `bothWays` also the other way. */
  readonly source: Source;
  readonly arrivals: Arrivals;
  backSource: Source | undefined;
  readonly backArrivals: Arrivals;
  readonly #given: FlowOptions;
  readonly #network: SimNetwork;
  readonly messages: Messages | undefined;

  constructor(network: SimNetwork, client: SimIo, server: SimIo, given: FlowOptions = {}) {
    const { messageBytes = 1400, messages = Infinity, everyNs, port = SERVER_PORT } = given;
    this.#network = network;
    this.#given = given;
    if (messages < Infinity || everyNs) this.messages = new Messages(messageBytes, port);
    this.arrivals = new Arrivals(this.messages);
    this.backArrivals = new Arrivals(this.messages);
    const transport = given.transport ?? (rudp as unknown as Transport);
    const options = transport.options.parse(given.options ?? {});
    const serverOptions = given.serverOptions ? transport.options.parse(given.serverOptions) : options;
    this.listener = transport.listen(server, { host: server.address, port }, serverOptions);
    this.listener.onConnection = (connection) => this.#accept(connection);
    this.client = transport.connect(client, { host: server.address, port }, options);
    this.source = this.#source(this.client);
    this.client.onOpen = () => {
      this.opened = network.loop.now();
      this.source.start();
    };
    this.client.onMessages = (batch) => {
      this.backArrivals.add(batch, network.loop.now());
      this.#closeWhenDone();
    };
    this.client.onClose = (error) => {
      this.source.stop();
      this.clientClosed = true;
      this.clientClosedAt = network.loop.now();
      this.clientError = error;
    };
  }

  get delivered(): number {
    return this.arrivals.count;
  }

  get deliveredBytes(): number {
    return this.arrivals.bytes;
  }

  get closed(): boolean {
    return this.clientClosed && (this.serverClosed || !this.server);
  }

  #accept(connection: Connection): void {
    const { loop } = this.#network;
    this.server = connection;
    connection.onMessages = (batch) => {
      this.finished = loop.now();
      this.arrivals.add(batch, this.finished);
    };
    connection.onClose = (error) => {
      this.backSource?.stop();
      this.serverClosed = true;
      this.serverClosedAt = loop.now();
      this.serverError = error;
    };
    if (!this.#given.bothWays) return;
    this.backSource = this.#source(connection);
    this.backSource.start();
  }

  #source(connection: Connection): Source {
    const { messageBytes = 1400, messages = Infinity, everyNs } = this.#given;
    return new Source(this.#network.loop, connection, {
      messageBytes: typeof messageBytes === 'number' ? messageBytes : messageBytes[0],
      count: messages,
      ...(this.messages ? { messages: this.messages } : {}),
      ...(everyNs ? { everyNs } : {}),
      onDone: () => this.#closeWhenDone(),
    });
  }

  #closeWhenDone(): void {
    const { bothWays, stays, messages = Infinity } = this.#given;
    if (stays || this.source.taken < messages || (bothWays && this.backArrivals.count < messages)) return;
    this.client.close();
  }

  /** Lets time pass until both ends are closed, or for `ns`; returns whether they are. */
  run(ns: number): boolean {
    return this.runUntil(() => this.closed, ns);
  }

  /** Lets time pass until `done`, looked at every ms, or for `ns`; returns whether it is. */
  runUntil(done: () => boolean, ns: number): boolean {
    const { loop } = this.#network;
    const end = loop.now() + ns;
    while (!done() && loop.now() < end) loop.advanceTo(Math.min(end, loop.now() + 1e6));
    return done();
  }

  /** Digests of all that was sent, and of all that was delivered, in order. */
  digests(): { sent: string; received: string } {
    return { sent: this.source.digest.hex(), received: this.arrivals.digest.hex() };
  }

  /** Of the other way. */
  backDigests(): { sent: string; received: string } {
    return { sent: this.backSource?.digest.hex() ?? '', received: this.backArrivals.digest.hex() };
  }
}

/** One flow over a path. */
export function flowOver(
  path: PathOptions,
  flow: FlowOptions = {},
): { network: SimNetwork; path: SimPath; flow: Flow } {
  const network = new SimNetwork();
  const made = network.path(path);
  return { network, path: made, flow: new Flow(network, made.clients[0], made.servers[0], flow) };
}
