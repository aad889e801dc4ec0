import { capacityBps } from '../link/effective.ts';
import type { Case, LinkAccount, Settings } from '../record/schema.ts';
import { flood, probe } from '../scenarios/index.ts';
import type { Scenario, Summary } from '../scenarios/scenario.ts';
import { builtinTransports } from '../transports/index.ts';
import type { Transport } from '../transports/transport.ts';
import type { Arena } from './arena.ts';
import { type AskedLink, type AskedTransport, type PlannedCase, planCase } from './plan.ts';
import { runTrial, type TrialSettings } from './trial.ts';

export type Calibration = NonNullable<Case['link']['calibration']>;

const PROBE_SECONDS = 0.3;
const FLOODS = 3;
const FLOOD = { size: 1400, rate: 'max' } as const;
const FLOOD_SECONDS = 0.15;
const FLOOD_WARMUP_SECONDS = 0.05;
/** Above this share of what the emulator carries its own limit begins to show: acknowledgements take their part too. */
const NEAR = 0.5;
/** Above this one the link's rate never binds: all figures would be the emulator's. */
const ABOVE = 2;

interface Seen extends Summary {
  readonly account: LinkAccount | undefined;
}

/** Looks at links before anything is measured on them, in a running arena. */
export class Calibrator {
  readonly #arena: Arena;
  readonly #settings: TrialSettings;
  readonly #seed: number;

  constructor(arena: Arena, settings: TrialSettings, seed: number) {
    this.#arena = arena;
    this.#settings = settings;
    this.#seed = seed;
  }

  /** Round trip and lateness of a link at an easy load. */
  async link(link: AskedLink): Promise<Calibration> {
    const { metrics, account } = await this.#run(UDP, probe, {}, link, PROBE_SECONDS);
    const worst = [account?.up.lateness, account?.down.lateness]
      .filter((lateness) => lateness !== undefined)
      .sort((a, b) => b.p99 - a.p99)[0];
    const { rtt_min_ms: min, rtt_p50_ms: p50 } = metrics;
    return {
      ...(min === undefined || p50 === undefined ? {} : { rtt: { min: min / 1e3, p50: p50 / 1e3 } }),
      ...(worst ? { lateness: worst } : {}),
    };
  }

  /**
   * Full-size packets per second that the emulator carries in one direction of an unimpaired link: the best of several floods, since
   * whatever else the machine did meanwhile only takes away. A lab has io linux, and Node's own sockets would be the limit.
   */
  async ceiling(): Promise<number> {
    let best = 0;
    for (let i = 0; i < FLOODS; i++) {
      const { metrics } = await this.#run(UDP, flood, FLOOD, UNIMPAIRED, FLOOD_SECONDS, 'linux');
      best = Math.max(best, (metrics['goodput_bps'] ?? 0) / (8 * FLOOD.size));
    }
    return best;
  }

  /** Floods an unimpaired path with a transport, so that its code has run, and been compiled, before it counts. */
  async warmUp(transport: AskedTransport): Promise<void> {
    await this.#run(transport, flood, FLOOD, this.#arena.lab ? UNIMPAIRED : LOOPBACK, FLOOD_SECONDS);
  }

  async #run(
    transport: AskedTransport,
    scenario: Scenario,
    params: Settings,
    link: AskedLink,
    seconds: number,
    io = this.#settings.io,
  ): Promise<Seen> {
    const planned = planCase(transport, { label: scenario.name, scenario, params }, link, {
      seconds,
      timeoutSeconds: this.#settings.timeoutSeconds,
    });
    const trial = { case: 0, trial: 1, seed: this.#seed };
    const settings = { ...this.#settings, io, warmupSeconds: FLOOD_WARMUP_SECONDS };
    const { client, server, link: account } = await runTrial(this.#arena, planned, trial, 0, settings);
    const ends = { client: client.result, server: server.result };
    return { ...scenario.summarise({ params: planned.params, ...ends, link: account }), account };
  }
}

/** What sends as it is told: neither congestion control nor a handshake stands between the probe and the link. */
const datagrams = builtinTransports.find((transport) => {
  const { framing, congestionControl, connection } = transport.traits(transport.options.parse({}));
  return framing === 'datagram' && !congestionControl && !connection;
}) as Transport;
const UDP: AskedTransport = { label: datagrams.name, transport: datagrams, options: {} };
const LOOPBACK: AskedLink = { label: 'loopback' };
const UNIMPAIRED: AskedLink = { label: 'direct', profile: { up: { stages: [] }, down: { stages: [] } } };

type Load = Pick<PlannedCase, 'profile' | 'plan' | 'wireBytes' | 'packetBytes'>;

/** How the traffic of a case stands to what the emulator carries. */
export function standing(planned: Load, ceiling: number): Standing {
  const share = packetsPerSecond(planned) / ceiling;
  if (share > ABOVE) return 'above';
  return share > NEAR ? 'near' : 'below';
}

export type Standing = 'below' | 'near' | 'above';

/** In one direction: what the link's rate lets through, or what the scenario sends, where that is less; 0 where neither is known. */
export function packetsPerSecond({ profile, plan, wireBytes, packetBytes }: Load): number {
  if (!profile) return 0;
  const capacity = Math.max(capacityBps(profile.up) ?? 0, capacityBps(profile.down) ?? 0);
  const offered = plan.offeredBps === undefined ? 0 : (plan.offeredBps * wireBytes) / plan.messageBytes;
  const known = [capacity, offered].filter((bps) => bps > 0);
  return known.length === 0 ? 0 : Math.min(...known) / (8 * packetBytes);
}
