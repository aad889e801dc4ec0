import type { Case, LinkAccount, Settings } from '../record/schema.ts';
import { flood, probe } from '../scenarios/index.ts';
import type { Scenario, Summary } from '../scenarios/scenario.ts';
import { builtinTransports } from '../transports/index.ts';
import type { Transport } from '../transports/transport.ts';
import type { Arena } from './arena.ts';
import { type AskedLink, planCase } from './plan.ts';
import { runTrial, type TrialSettings } from './trial.ts';

export type Calibration = NonNullable<Case['link']['calibration']>;

const PROBE_SECONDS = 0.3;
const FLOOD_SECONDS = 0.25;
const FLOOD_WARMUP_SECONDS = 0.1;
const FLOOD_BYTES = 1400;
/** Above this share of what the emulator carries its own limit begins to show: acknowledgements take their part too. */
const NEAR = 0.5;
/** Above this one the link's rate never binds: all figures would be the emulator's. */
const ABOVE = 2;
/** A frame of full size, as links count it. */
const FRAME_BITS = 8 * 1514;

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
    const { metrics, account } = await this.#run(probe, {}, link, PROBE_SECONDS);
    const worst = [account?.up.lateness, account?.down.lateness]
      .filter((lateness) => lateness !== undefined)
      .sort((a, b) => b.p99 - a.p99)[0];
    const { rtt_min_ms: min, rtt_p50_ms: p50 } = metrics;
    return {
      ...(min === undefined || p50 === undefined ? {} : { rtt: { min: min / 1e3, p50: p50 / 1e3 } }),
      ...(worst ? { lateness: worst } : {}),
    };
  }

  /** Full-size packets per second that the emulator carries in one direction of an unimpaired link. */
  async ceiling(): Promise<number> {
    const unimpaired = { label: 'direct', profile: { up: { stages: [] }, down: { stages: [] } } };
    const { metrics } = await this.#run(flood, { size: FLOOD_BYTES, rate: 'max' }, unimpaired, FLOOD_SECONDS);
    return (metrics['goodput_bps'] ?? 0) / (8 * FLOOD_BYTES);
  }

  async #run(scenario: Scenario, params: Settings, link: AskedLink, seconds: number): Promise<Seen> {
    const planned = planCase(
      { label: datagrams.name, transport: datagrams, options: {} },
      { label: scenario.name, scenario, params },
      link,
      { seconds, timeoutSeconds: this.#settings.timeoutSeconds },
    );
    const trial = { case: 0, trial: 1, seed: this.#seed };
    const settings = { ...this.#settings, warmupSeconds: FLOOD_WARMUP_SECONDS };
    const { client, server, link: account } = await runTrial(this.#arena, planned, trial, 0, settings);
    const ends = { client: client.result, server: server.result };
    return { ...scenario.summarise({ params: planned.params, ...ends, link: account }), account };
  }
}

/** What sends as it is told: neither congestion control nor a handshake stands between the probe and the link. */
const datagrams = builtinTransports.find(
  ({ traits }) => traits.framing === 'datagram' && !traits.congestionControl && !traits.connection,
) as Transport;

/** How a link of this rate stands to what the emulator carries. */
export function standing(capacityBps: number | undefined, ceiling: number): 'below' | 'near' | 'above' {
  if (capacityBps === undefined) return 'below';
  const share = capacityBps / FRAME_BITS / ceiling;
  if (share > ABOVE) return 'above';
  return share > NEAR ? 'near' : 'below';
}
