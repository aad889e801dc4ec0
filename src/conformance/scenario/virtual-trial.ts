import type { Address } from '../../io/address.ts';
import type { SimPath } from '../../io/sim/network.ts';
import type { LinkAccount } from '../../record/schema.ts';
import { carrierOf } from '../../scenarios/index.ts';
import type { Half, HalfContext, Scenario, Schedule, Summary } from '../../scenarios/scenario.ts';
import type { Connection, Transport } from '../../transports/transport.ts';

const MS = 1e6;
const PORT = 5000;
/** How long both ends may take to be ready, and how often that is looked at. */
const READY_NS = 60e9;
const STEP_NS = 10e6;

export interface VirtualSetup {
  readonly options?: Record<string, unknown>;
  readonly params?: Record<string, unknown>;
  /** Length of the window, where the scenario does not say. */
  readonly seconds: number;
  /** From the close of the window to the end of the drain; 1 s. */
  readonly drainSeconds?: number;
  readonly capacityBps?: number;
}

export interface VirtualOutcome {
  readonly client: unknown;
  readonly server: unknown;
  readonly summary: Summary;
  readonly schedule: Schedule;
  readonly link: LinkAccount;
}

/**
 * Any scenario over any transport on datagrams, from the first client of a path to its first server, in virtual time, as an
 * endpoint would have it played: warm-up, pause, window, drain. The link's account covers the window and the drain.
 * @throws what a half fails with
 */
export function virtualTrial<P, O>(
  path: SimPath,
  scenario: Scenario<P>,
  transport: Transport<O>,
  setup: VirtualSetup,
): VirtualOutcome {
  const [[client], [server]] = [path.clients, path.servers];
  const { loop } = client;
  const carrier = carrierOf(scenario, transport as Transport) as Transport<O>;
  const options = transport.options.parse(setup.options ?? {});
  const params = scenario.params.parse(setup.params ?? {});
  const plan = scenario.plan(params, { seconds: setup.seconds, timeoutSeconds: setup.seconds });
  const done = new Set<string>();
  let ready = 0;
  const halves: Record<'client' | 'server', Half | undefined> = { client: undefined, server: undefined };
  const opened = new Set<Connection>();
  let remote: Address | undefined;
  const context = (role: 'client' | 'server'): HalfContext<P> => ({
    params,
    trialId: 7,
    loop,
    traits: carrier.traits(options),
    path: { payloadCapacity: () => setup.capacityBps },
    connect: () => {
      const connection = carrier.connect(client, remote as Address, options);
      opened.add(connection);
      return connection;
    },
    abandon: (connection) => {
      opened.delete(connection);
      connection.abort();
    },
    // The control channel takes its time, and carries JSON.
    tell: (value) => {
      const told: unknown = JSON.parse(JSON.stringify(value));
      loop.after(30 * MS, () => halves[role === 'client' ? 'server' : 'client']?.onTold?.(told));
    },
    ready: () => {
      ready++;
    },
    done: () => {
      if (done.has(role)) throw new Error(`the ${role} was done twice`);
      done.add(role);
    },
    fail: (error) => {
      throw error;
    },
    sample: () => {},
  });
  const [atClient, atServer] = [scenario.client(context('client')), scenario.server(context('server'))];
  Object.assign(halves, { client: atClient, server: atServer });
  const listener = carrier.listen(server, { host: server.address, port: PORT }, options);
  listener.onConnection = (connection) => atServer.onConnection(connection);
  listener.onOpen = () => {
    remote = listener.local as Address;
    const connection = carrier.connect(client, remote, options);
    opened.add(connection);
    connection.onOpen = () => {
      listener.expect(connection.local as Address);
      atClient.onConnection(connection);
    };
  };
  for (let waited = 0; ready < 2; waited += STEP_NS) {
    if (waited > READY_NS) throw new Error('the halves were never ready both');
    loop.advance(STEP_NS);
  }
  const start = loop.now() + 1000 * MS;
  const warmEnd = start + (plan.warmup ? 500 * MS : 0);
  // Time for the link to empty between warm-up and window, and after the window.
  const open = warmEnd + (plan.warmup ? 1000 * MS : 0);
  const close = open + plan.seconds * 1e9;
  const schedule: Schedule = { start, warmEnd, open, close, drainEnd: close + (setup.drainSeconds ?? 1) * 1e9 };
  path.up.window(open, close);
  path.down.window(open, close);

  for (const half of [atClient, atServer]) half.onSchedule?.(schedule);
  sampling(path, schedule, [atClient, atServer]);
  loop.advanceTo(schedule.drainEnd + 1000 * MS);
  if (done.size < 2) throw new Error(`never done: only ${[...done].join() || 'nobody'} was`);
  const link = { up: path.up.account(), down: path.down.account() };
  // As results of an endpoint, which are JSON.
  const results = JSON.parse(JSON.stringify({ client: atClient.result(), server: atServer.result() })) as {
    client: unknown;
    server: unknown;
  };
  for (const connection of opened) connection.abort();
  listener.close();
  return { ...results, summary: scenario.summarise({ params, ...results, link }), schedule, link };
}

/** As an endpoint does. */
function sampling({ clients: [{ loop }] }: SimPath, { start, close }: Schedule, halves: readonly Half[]): void {
  const timer = loop.timer(() => {
    for (const half of halves) half.onSample?.();
    const next = loop.now() + 100 * MS;
    if (next <= close) timer.arm(next);
  });
  timer.arm(start);
}
