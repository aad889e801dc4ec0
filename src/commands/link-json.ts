import type { DirectionFigures } from '../link/figures.ts';
import { delayAt, type LightLoad } from '../link/portrait.ts';
import type { DirectionReport, LinkReport } from './link-report.ts';

/** A direction's figures for machines: absent where there is none, SI units in the names. */
export function figuresJson({ capacityBps, delayNs, lossRatio, queue }: DirectionFigures): Record<string, unknown> {
  return {
    capacityBps,
    delaySeconds: delayNs / 1e9,
    lossRatio,
    queue: queue && { packets: queue.packets, bytes: queue.bytes, seconds: queue.ns / 1e9 },
  };
}

/** `netduel link show --json`. */
export function linkJson(report: LinkReport): Record<string, unknown> {
  const [up, down = up] = report.directions;
  return {
    link: report.label,
    summary: report.preset?.summary,
    source: report.preset?.source,
    profile: report.asked,
    effective: report.effective,
    roundTripSeconds: report.roundTripNs / 1e9,
    warnings: report.warnings,
    up: directionJson(up),
    down: directionJson(down),
  };
}

function directionJson({ figures, sentences, light }: DirectionReport): Record<string, unknown> {
  return { ...figuresJson(figures), sentences, simulated: simulatedJson(light) };
}

function simulatedJson(load: LightLoad): Record<string, unknown> {
  const { frames, frameBytes, intervalNs, lossRuns, lost, reordered, duplicated, seed } = load;
  return {
    frames,
    frameBytes,
    intervalSeconds: intervalNs / 1e9,
    seed,
    delaySeconds: { min: delayAt(load, 0), p50: delayAt(load, 0.5), p99: delayAt(load, 0.99), max: delayAt(load, 1) },
    lossRatio: lost / frames,
    lossRunMean: lossRuns.length === 0 ? undefined : lost / lossRuns.length,
    lossRunMax: lossRuns.at(-1),
    reorderedRatio: reordered / frames,
    duplicateRatio: duplicated / frames,
  };
}
