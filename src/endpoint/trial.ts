import type { Address } from '../io/address.ts';
import { ETHERNET_HEADER_BYTES, ipHeaderBytes } from '../io/headers.ts';
import type { Io } from '../io/io.ts';
import type { Timer } from '../io/loop.ts';
import { ImpairedIo } from '../io/shim/impaired-io.ts';
import { carrierOf } from '../scenarios/index.ts';
import type { Half, HalfContext, Scenario, Schedule } from '../scenarios/scenario.ts';
import type { Connection, Listener, Traits, Transport } from '../transports/transport.ts';
import type { FromEndpoint, Sample, ToEndpoint, TrialSpec } from './protocol.ts';
import { QlogFile } from './qlog.ts';

const SAMPLE_NS = 100e6;
/** A process that is killed, because the other end failed, loses no more of its log than that. */
const FLUSH_NS = 100e6;

/** One end of one trial, on the data plane's thread: brings transport and scenario together and obeys the suite. */
export class EndpointTrial {
  readonly #spec: TrialSpec;
  readonly #io: Io;
  readonly #shim: ImpairedIo | undefined;
  readonly #transport: Transport;
  readonly #traits: Traits;
  readonly #log: QlogFile | undefined;
  readonly #send: (message: FromEndpoint) => void;
  readonly #half: Half;
  readonly #timers: readonly Timer[];
  readonly #sampler: Timer;
  readonly #flusher: Timer;
  #listener: Listener | undefined;
  /** Where the server listens, as a client knows it. */
  #peer: Address | undefined;
  readonly #connections = new Set<Connection>();
  /** The first of them, for the record. */
  #first: Connection | undefined;
  #schedule: Schedule | undefined;
  #samples: Sample[] = [];
  #connectSeconds: number | undefined;
  #opened: CpuReading = { at: 0, seconds: 0 };
  #closed: CpuReading | undefined;
  #done = false;
  /** Nothing more is expected of it, and it takes no messages. */
  over = false;

  constructor(
    spec: TrialSpec,
    io: Io,
    plugins: { transport: Transport; scenario: Scenario },
    send: (message: FromEndpoint) => void,
  ) {
    this.#spec = spec;
    this.#shim = spec.shim && new ImpairedIo(io, spec.shim.profile, spec.shim.seed);
    this.#io = this.#shim ?? io;
    this.#transport = carrierOf(plugins.scenario, plugins.transport);
    this.#traits = this.#transport.traits(spec.transport.options);
    this.#log = spec.qlog && new QlogFile(spec.qlog, spec.role, new Date());
    this.#send = send;
    this.#half = plugins.scenario[spec.role](this.#context());
    this.#timers = [
      io.loop.timer(() => {
        this.#opened = this.#cpu();
        this.#note('the measured window opens');
      }),
      io.loop.timer(() => {
        this.#closed = this.#cpu();
        this.#note('the measured window closes');
      }),
    ];
    this.#sampler = io.loop.timer(() => this.#sample());
    this.#flusher = io.loop.timer(() => this.#flush());
    this.#flush();
    if (spec.role === 'server') this.#listen();
  }

  #context(): HalfContext<Record<string, unknown>> {
    const spec = this.#spec;
    const send = this.#send;
    return {
      params: spec.scenario.params,
      trialId: spec.id,
      loop: this.#io.loop,
      traits: this.#traits,
      path: {
        payloadCapacity: (direction, size) => {
          const { mtu, packetsPerSecond, [direction]: rate } = spec.path;
          const wire = this.#transport.wireBytes(size, mtu, ipHeaderBytes(spec.address.host), spec.transport.options);
          const packets = Math.max(1, wire / (mtu + ETHERNET_HEADER_BYTES));
          const bounds = [
            ...(rate === undefined ? [] : [(rate * size) / wire]),
            ...(packetsPerSecond === undefined ? [] : [(packetsPerSecond * 8 * size) / packets]),
          ];
          return bounds.length > 0 ? Math.min(...bounds) : undefined;
        },
      },
      connect: () => this.#another(),
      abandon: (connection) => {
        this.#connections.delete(connection);
        connection.abort();
      },
      tell: (value) => send({ type: 'tell', value }),
      ready: () => send({ type: 'ready' }),
      done: () => {
        this.#done = true;
        send({ type: 'done' });
      },
      fail: (error) => this.fail(error),
      sample: (metric, value) => this.#samples.push({ metric, at: this.#io.loop.now(), value }),
    };
  }

  #listen(): void {
    const listener = this.#transport.listen(this.#io, this.#spec.address, this.#spec.transport.options, this.#log);
    listener.onOpen = () => this.#send({ type: 'listening', address: listener.local as Address });
    listener.onConnection = (connection) => this.#adopt(connection);
    listener.onClose = (error) => error && this.fail(error);
    // What waits is measured no more: better the reason than a connection that takes for ever.
    listener.onError = (error) => this.fail(error);
    this.#listener = listener;
  }

  #connect(address: Address): void {
    const started = this.#io.loop.now();
    const connection = this.#transport.connect(this.#io, address, this.#spec.transport.options, this.#log);
    connection.onOpen = () => {
      if (this.#traits.connection) this.#connectSeconds = (this.#io.loop.now() - started) / 1e9;
      this.#peer = address;
      this.#send({ type: 'opened', address: connection.local as Address });
      this.#adopt(connection);
    };
    connection.onClose = (error) => this.#lost(error);
  }

  #another(): Connection {
    if (!this.#peer) throw new Error('only a client whose first connection has opened can open more');
    const connection = this.#transport.connect(this.#io, this.#peer, this.#spec.transport.options, this.#log);
    this.#connections.add(connection);
    return connection;
  }

  #adopt(connection: Connection): void {
    connection.onClose = (error) => this.#lost(error);
    this.#connections.add(connection);
    this.#first ??= connection;
    this.#half.onConnection(connection);
  }

  #lost(error?: Error): void {
    // A half that is done has what it needs; the other end may be told to finish a moment earlier.
    if (!this.#done) this.fail(error ?? new Error('the other end closed the connection in mid-trial'));
  }

  /** Ends the trial here and tells the suite why: also for whatever a callback of transport or scenario threw. */
  fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    // Before the connection is cut: the other end's complaint about that must not come first.
    this.#tellFailure(error);
    this.#end();
  }

  #tellFailure(error: Error): void {
    const { code } = error as NodeJS.ErrnoException;
    this.#send({ type: 'failed', reason: `${this.#spec.role}: ${error.message}`, ...(code ? { code } : {}) });
  }

  onMessage(message: ToEndpoint): void {
    switch (message.type) {
      case 'peer':
        if (this.#listener) this.#listener.expect(message.address);
        else this.#connect(message.address);
        return;
      case 'schedule':
        this.#start(message.schedule);
        return;
      case 'told':
        this.#half.onTold?.(message.value);
        return;
      case 'finish':
        this.#finish();
    }
  }

  #start(schedule: Schedule): void {
    if (this.#io.loop.now() > schedule.open) {
      return this.fail(new Error('the schedule came after the window had opened: this machine is too busy'));
    }
    this.#schedule = schedule;
    this.#timers[0].arm(schedule.open);
    this.#timers[1].arm(schedule.close);
    this.#sampler.arm(schedule.start);
    this.#shim?.window(schedule.open, schedule.close);
    this.#half.onSchedule?.(schedule);
  }

  #sample(): void {
    const close = this.#schedule?.close ?? 0;
    this.#half.onSample?.();
    if (this.#samples.length > 0) this.#send({ type: 'samples', samples: this.#samples });
    this.#samples = [];
    const next = this.#io.loop.now() + SAMPLE_NS;
    if (next <= close && !this.over) this.#sampler.arm(next);
  }

  /** For whoever compares a log with the series, whose times count from there. */
  #note(message: string): void {
    this.#log?.event(this.#io.loop.now(), 'loglevel:info', { message });
  }

  #flush(): void {
    if (!this.#log) return;
    this.#log.flush();
    this.#flusher.arm(this.#io.loop.now() + FLUSH_NS);
  }

  #finish(): void {
    const result = this.#half.result();
    const settings = this.#first?.settings() ?? {};
    const link = this.#shim?.account();
    // A window that ended early has no reading at its close.
    const closed = this.#closed ?? this.#cpu();
    this.#end();
    if (this.#log?.failure) return this.#tellFailure(this.#log.failure);
    this.#send({
      type: 'result',
      result: {
        result,
        settings,
        cpuSeconds: closed.seconds - this.#opened.seconds,
        cpuRatio: (closed.seconds - this.#opened.seconds) / ((closed.at - this.#opened.at) / 1e9),
        ...(this.#connectSeconds === undefined ? {} : { connectSeconds: this.#connectSeconds }),
        ...(link ? { link } : {}),
      },
    });
  }

  #end(): void {
    this.over = true;
    for (const connection of this.#connections) connection.abort();
    this.#listener?.close();
    this.#shim?.stop();
    for (const timer of [...this.#timers, this.#sampler, this.#flusher]) timer.cancel();
    this.#log?.close();
    this.#io.loop.stop();
  }

  #cpu(): CpuReading {
    const { user, system } = process.cpuUsage();
    return { at: this.#io.loop.now(), seconds: (user + system) / 1e6 };
  }
}

/** Processor time of the whole process at a time of the loop's clock. */
interface CpuReading {
  readonly at: number;
  readonly seconds: number;
}
