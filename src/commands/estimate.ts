import { capacityBps } from '../link/effective.ts';
import type { PlannedCase } from '../suite/plan.ts';
import type { SuiteRequest } from '../suite/request.ts';

/** Set-up, lead and account of a trial, beside what its schedule takes. */
const OVERHEAD_SECONDS = 0.7;
/** Of the look at a link or at the emulator, and of the warming up of a transport; beside what the link holds back. */
const LOOK_SECONDS = 0.5;
/** What a schedule leaves for processes and sockets: once before the window, twice behind it. */
const MARGIN_SECONDS = 0.1;
const WARMUP_ROUND_TRIPS = 10;
/** What goes where no link sets a bound; a guess. */
const UNBOUNDED_BPS = 1e9;

/** How long a trial is likely to take, in seconds: with its warm-up and settle phase, and with a drain as long as it can be without loss. */
export function trialSeconds(planned: PlannedCase, request: Pick<SuiteRequest, 'warmupSeconds'>): number {
  const { plan, traits, unsupported } = planned;
  if (unsupported) return 0;
  const [holding, roundTrip] = [planned.holdingNs / 1e9, planned.roundTripNs / 1e9];
  const warmup = plan.warmup ? Math.max(request.warmupSeconds, WARMUP_ROUND_TRIPS * roundTrip) : 0;
  const settle = plan.warmup && !traits.congestionControl ? holding + MARGIN_SECONDS : 0;
  return warmup + settle + windowSeconds(planned) + holding + 2 * MARGIN_SECONDS + OVERHEAD_SECONDS;
}

/** What is sent until all has arrived takes as long as the link needs for it, unless it is lossy. */
function windowSeconds({ plan, profile, roundTripNs }: PlannedCase): number {
  if (plan.totalBytes === undefined) return plan.seconds;
  const bounds = profile ? [capacityBps(profile.up), capacityBps(profile.down), plan.offeredBps] : [plan.offeredBps];
  const bps = Math.min(UNBOUNDED_BPS, ...bounds.filter((bound) => bound !== undefined));
  return Math.min(plan.seconds, (8 * plan.totalBytes) / bps + roundTripNs / 1e9);
}

/** How long the calibration of the emulator and of all emulated links takes, and the warming up of what has trials without one, in seconds. */
export function preparationSeconds(cases: readonly PlannedCase[]): number {
  const supported = cases.filter(({ unsupported }) => !unsupported);
  const emulated = supported.filter(({ profile }) => profile);
  const holding = new Map(emulated.map(({ record, holdingNs }) => [record.link.label, holdingNs / 1e9]));
  const cold = new Set(supported.filter(({ plan }) => !plan.warmup).map(({ record }) => record.transport.label));
  const looks = (holding.size > 0 ? 1 : 0) + holding.size + cold.size;
  return [...holding.values()].reduce((sum, seconds) => sum + seconds, looks * LOOK_SECONDS);
}
