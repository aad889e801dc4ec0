import { capacityBps, pathDelayNs } from './effective.ts';
import { FRAME_BYTES } from './model/holding.ts';
import { LinkModel } from './model.ts';
import { ProbeFrames } from './probe-frames.ts';
import type { DirectionProfile, Tbf, Trace } from './profile.ts';

/** Small frames, evenly spaced, far below the capacity: what the path does by itself. */
export interface LightLoad {
  readonly frames: number;
  readonly frameBytes: number;
  readonly intervalNs: number;
  readonly seed: number;
  /** Of the frames that came through, of duplicates the first, ascending. */
  readonly delaysNs: Float64Array;
  /** Lengths of the runs of frames lost one after the other, ascending. */
  readonly lossRuns: readonly number[];
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
}

/** Full frames at more than the link can carry: what it delivers, over whole Ethernet frames. */
export interface Saturation {
  readonly periodNs: number;
  /** Per period, from the first delivery on. */
  readonly bps: readonly number[];
}

const PROBES = 200_000;
/** A ping of default size. */
const PROBE_BYTES = 98;
const PROBE_INTERVAL_NS = 10e6;

const SECOND = 1e9;
const SHORT_PERIOD_NS = 0.1 * SECOND;
const LONG_PERIOD_NS = SECOND;
const SATURATED_NS = 10 * SECOND;
const LONGEST_NS = 120 * SECOND;
const MOST_FRAMES = 1_500_000;
/** Offered load over capacity. */
const OVERLOAD = 1.2;
/** The window in which a trace's highest rate is looked for. */
const PEAK_MS = 20;

/** `direction`: of an effective profile. The same seed gives the same result; the lab gives `down` the seed of `up` plus one. */
export function lightLoad(direction: DirectionProfile, seed: number): LightLoad {
  const capacity = capacityBps(direction);
  // At most a twentieth of the capacity, and no more inside than the link may hold.
  const serialised = capacity === undefined ? 0 : (PROBE_BYTES * 8e9) / capacity;
  const intervalNs = Math.ceil(Math.max(PROBE_INTERVAL_NS, 20 * serialised, pathDelayNs(direction) / 1000));
  const frames = new ProbeFrames(PROBES);
  const model = new LinkModel(direction, seed, frames);
  for (let i = 0; i < PROBES; i++) {
    deliver(model, frames, i * intervalNs);
    frames.send(model, i * intervalNs, PROBE_BYTES);
  }
  deliver(model, frames, Number.MAX_VALUE);
  const lossRuns = frames.lossRuns();
  return {
    frames: PROBES,
    frameBytes: PROBE_BYTES,
    intervalNs,
    seed,
    delaysNs: frames.delays(),
    lossRuns,
    lost: lossRuns.reduce((sum, run) => sum + run, 0),
    duplicated: model.counters.duplicated,
    reordered: model.counters.reordered,
  };
}

/** The delay, in s, that a share `q` of the frames that came through does not exceed; undefined when none did. */
export function delayAt({ delaysNs }: LightLoad, q: number): number | undefined {
  return delaysNs.length === 0 ? undefined : delaysNs[Math.ceil(q * (delaysNs.length - 1))] / 1e9;
}

/** Undefined where nothing limits the rate. `direction` and `seed` as of {@link lightLoad}. */
export function saturation(direction: DirectionProfile, seed: number): Saturation | undefined {
  const peak = peakBps(direction);
  if (peak === undefined) return undefined;
  const frameNs = (FRAME_BYTES * 8e9) / peak;
  const intervalNs = frameNs / OVERLOAD;
  // Long enough for ten frames, or the steps between whole frames would look like a changing rate.
  const periodNs = frameNs < SHORT_PERIOD_NS / 10 ? SHORT_PERIOD_NS : LONG_PERIOD_NS;
  const periods = Math.max(10, Math.floor(Math.min(durationNs(direction), MOST_FRAMES * intervalNs) / periodNs));
  const bytes = new Float64Array(periods);
  const frames = new ProbeFrames(0);
  const model = new LinkModel(direction, seed, frames);
  let start = Number.NaN;
  let last = 0;
  const count = (due: number, size: number): void => {
    if (Number.isNaN(start)) start = due;
    last = Math.floor((due - start) / periodNs);
    if (last < periods) bytes[last] += size;
  };
  for (let i = 0; last < periods && i < MOST_FRAMES; i++) {
    deliver(model, frames, i * intervalNs, count);
    frames.send(model, i * intervalNs, FRAME_BYTES);
  }
  return { periodNs, bps: Array.from(bytes.subarray(0, Math.min(periods, last)), (sum) => (sum * 8e9) / periodNs) };
}

/** Takes all that is due by `now`. */
function deliver(
  model: LinkModel,
  frames: ProbeFrames,
  now: number,
  taken?: (due: number, bytes: number) => void,
): void {
  for (let due = model.nextDue(); due <= now; due = model.nextDue()) {
    const slot = model.take(due);
    if (slot < 0) continue;
    frames.receive(slot, model.takenDue);
    taken?.(model.takenDue, model.takenBytes);
  }
}

/** Long enough for what comes round to come round. */
function durationNs({ stages }: DirectionProfile): number {
  const needs = stages.map((stage) => {
    if (stage.kind === 'tbf') return 0;
    const outage = stage.outage ? stage.outage.afterNs + 2 * stage.outage.everyNs : 0;
    return Math.max(outage, (stage.trace?.ms.at(-1) ?? 0) * 1e6);
  });
  return Math.min(LONGEST_NS, Math.max(SATURATED_NS, ...needs));
}

/** The most that the narrowest stage carries for a short time. */
function peakBps({ stages }: DirectionProfile): number | undefined {
  const peaks = stages.flatMap((stage) => {
    if (stage.kind === 'tbf') return bucketPeakBps(stage);
    return stage.trace ? tracePeakBps(stage.trace) : (stage.rate?.bps ?? []);
  });
  return peaks.length === 0 ? undefined : Math.min(...peaks);
}

/** Enough to empty the bucket within a period, unless it is huge. */
function bucketPeakBps({ rateBps, burstBytes, peakRateBps }: Tbf): number {
  return peakRateBps ?? Math.min(4 * rateBps, rateBps + (burstBytes * 8e9) / SHORT_PERIOD_NS);
}

function tracePeakBps({ ms }: Trace): number {
  let most = 0;
  for (let first = 0, end = 0; end < ms.length; end++) {
    while (ms[end] - ms[first] >= PEAK_MS) first++;
    most = Math.max(most, end + 1 - first);
  }
  return (most * FRAME_BYTES * 8e3) / PEAK_MS;
}
