import type { EndpointResult, Sample, TrialSpec } from '../endpoint/protocol.ts';
import { monotonicNow } from '../io/clock.ts';
import type { IoChoice } from '../io/index.ts';
import { capacityBps } from '../link/effective.ts';
import type { Profile } from '../link/profile.ts';
import { within } from '../process/within.ts';
import type { LinkAccount } from '../record/schema.ts';
import type { Schedule } from '../scenarios/scenario.ts';
import type { Arena } from './arena.ts';
import type { EndpointHandle } from './endpoint-handle.ts';
import type { PlannedCase, PlannedTrial } from './plan.ts';
import type { TrialQlog } from './qlog.ts';

/** From the sending of the schedule to its start: an endpoint blocked in its loop looks up every 50 ms. */
const LEAD_NS = 120e6;
/** For processes and sockets, on top of what the link can hold back. */
const MARGIN_NS = 100e6;
/** Of what the emulator was seen to carry: a machine is not always at its best. */
const SAFE_SHARE = 0.8;
const ANSWER_TIMEOUT_MS = 5_000;
/** Slow start is over after that many round trips, if it ever is. */
const WARMUP_ROUND_TRIPS = 10;

export interface TrialSettings {
  readonly io: IoChoice['name'];
  readonly warmupSeconds: number;
  readonly timeoutSeconds: number;
  readonly configPath?: string;
  readonly onSamples: (samples: readonly Sample[]) => void;
  /** Full-size packets per second that the emulator carries. */
  readonly ceiling?: number;
  readonly qlog?: TrialQlog;
}

export interface RawTrial {
  readonly io: IoChoice['name'];
  readonly schedule: Schedule;
  readonly client: EndpointResult;
  readonly server: EndpointResult;
  readonly link?: LinkAccount;
}

/** Runs one trial in a warm arena. Rejects when an endpoint fails or dies, or when it takes too long; the arena is then spent. */
export async function runTrial(
  arena: Arena,
  planned: PlannedCase,
  { seed }: PlannedTrial,
  id: number,
  settings: TrialSettings,
): Promise<RawTrial> {
  const { client, server, lab } = arena;
  relay(client, server, settings.onSamples);
  return await arena.guard(async () => {
    const { profile } = planned;
    if (lab && profile)
      await within(ANSWER_TIMEOUT_MS, 'the middlebox did not answer', () => lab.configure(profile, seed));
    // TCP sends its SYN again after 1, 3 and 7 s: on a very lossy link a connection may well need that.
    await within(settings.timeoutSeconds * 1e3, 'the connection was not set up', () =>
      connect(arena, specOf(planned, id, settings, arena.serverHost), settings.qlog, lab ? undefined : profile, seed),
    );
    const schedule = scheduleOf(planned, settings, monotonicNow() + LEAD_NS);
    lab?.window(schedule.open, schedule.close);
    for (const endpoint of [client, server]) endpoint.send({ type: 'schedule', schedule });
    const limit = nsToMs(schedule.drainEnd - monotonicNow()) + settings.timeoutSeconds * 1e3;
    await within(limit, 'the endpoints did not finish', () => Promise.all([client.next('done'), server.next('done')]));
    const ofLab = lab && (await within(ANSWER_TIMEOUT_MS, 'the middlebox did not answer', () => lab.account()));
    for (const endpoint of [client, server]) endpoint.send({ type: 'finish' });
    const [atClient, atServer] = await within(settings.timeoutSeconds * 1e3, 'the endpoints did not report', () =>
      Promise.all([client.next('result'), server.next('result')]),
    );
    const ends = { client: atClient.result, server: atServer.result };
    const link = ofLab ?? shimAccount(ends);
    return { io: settings.io, schedule, ...ends, ...(link ? { link } : {}) };
  });
}

/** Each endpoint knows the direction that it sends in. */
function shimAccount({ client, server }: Pick<RawTrial, 'client' | 'server'>): LinkAccount | undefined {
  return client.link && server.link && { up: client.link, down: server.link };
}

const nsToMs = (ns: number): number => ns / 1e6;

function relay(client: EndpointHandle, server: EndpointHandle, onSamples: TrialSettings['onSamples']): void {
  for (const [endpoint, other] of [
    [client, server],
    [server, client],
  ] as const) {
    endpoint.onTell = (value) => other.send({ type: 'told', value });
    endpoint.onSamples = onSamples;
  }
}

/** `shim`: the profile that the endpoints themselves are to follow, with the seeds that a lab would take. */
async function connect(
  { client, server }: Arena,
  spec: Omit<TrialSpec, 'role'>,
  qlog: TrialQlog | undefined,
  shim: Profile | undefined,
  seed: number,
): Promise<void> {
  const [up, down] = shim
    ? [
        { profile: shim.up, seed },
        { profile: shim.down, seed: seed + 1 },
      ]
    : [];
  const prepare = (role: TrialSpec['role'], shim: TrialSpec['shim']) => ({
    type: 'prepare' as const,
    spec: {
      ...spec,
      role,
      ...(shim ? { shim } : {}),
      ...(qlog ? { qlog: { path: qlog[role], title: qlog.title, group: qlog.group } } : {}),
    },
  });
  server.send(prepare('server', down));
  client.send(prepare('client', up));
  const { address } = await server.next('listening');
  client.send({ type: 'peer', address });
  const opened = await client.next('opened');
  server.send({ type: 'peer', address: opened.address });
  await Promise.all([client.next('ready'), server.next('ready')]);
}

function specOf(planned: PlannedCase, id: number, settings: TrialSettings, host: string): Omit<TrialSpec, 'role'> {
  const { profile } = planned;
  const up = profile && capacityBps(profile.up);
  const down = profile && capacityBps(profile.down);
  const packetsPerSecond = profile && settings.ceiling && SAFE_SHARE * settings.ceiling;
  return {
    id,
    io: settings.io,
    transport: { name: planned.transport.name, options: planned.options },
    scenario: { name: planned.scenario.name, params: planned.params },
    address: { host, port: 0 },
    path: {
      mtu: planned.mtu,
      ...(up === undefined ? {} : { up }),
      ...(down === undefined ? {} : { down }),
      ...(packetsPerSecond === undefined ? {} : { packetsPerSecond }),
    },
    ...(settings.configPath ? { config: settings.configPath } : {}),
  };
}

/**
 * A transport without congestion control has no state that a pause would cool down: it is given time between warm-up and
 * window for the link to empty, so that the link's account and the endpoints' speak of exactly the same packets.
 */
function scheduleOf(
  { plan, traits, holdingNs, roundTripNs }: PlannedCase,
  settings: TrialSettings,
  from: number,
): Schedule {
  const warmup = plan.warmup ? Math.max(settings.warmupSeconds * 1e9, WARMUP_ROUND_TRIPS * roundTripNs) : 0;
  const settle = plan.warmup && !traits.congestionControl ? holdingNs + MARGIN_NS : 0;
  const start = Math.round(from);
  const warmEnd = Math.round(start + warmup);
  const open = Math.round(warmEnd + settle);
  const close = Math.round(open + plan.seconds * 1e9);
  const drain = traits.reliable ? settings.timeoutSeconds * 1e9 : 2 * MARGIN_NS;
  return { start, warmEnd, open, close, drainEnd: Math.round(close + holdingNs + drain) };
}
