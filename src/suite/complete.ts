import { createHash } from 'node:crypto';
import type { Sample } from '../endpoint/protocol.ts';
import type { CompletedTrial, Flag, LinkAccount, Metrics, RunRecord, Series, Trial } from '../record/schema.ts';
import { formatNumber } from '../record/units.ts';
import type { Attachment, Schedule } from '../scenarios/scenario.ts';
import { type Calibration, packetsPerSecond, standing } from './calibrate.ts';
import type { PlannedCase, PlannedTrial } from './plan.ts';
import type { RawTrial } from './trial.ts';

const CPU_BOUND = 0.9;
const LATE_SECONDS = 1e-3;

/** What was seen before the suite; undefined where nothing was. */
interface Looked {
  readonly ceiling: number | undefined;
  readonly calibration: Calibration | undefined;
}

/** A trial, and what it left for people to see, as the run keeps it. */
export interface FinishedTrial {
  readonly trial: Trial;
  readonly attached?: NonNullable<RunRecord['attachments']>;
}

/** Everything that is recorded of a trial that went through. */
export function completeTrial(
  planned: PlannedCase,
  trial: PlannedTrial,
  startedAt: string,
  raw: RawTrial,
  samples: readonly Sample[],
  { ceiling, calibration }: Looked,
): FinishedTrial {
  const { client, server, link } = raw;
  const summary = planned.scenario.summarise({
    params: planned.params,
    client: client.result,
    server: server.result,
    link,
  });
  const metrics: Metrics = {
    ...summary.metrics,
    cpu_client_s: client.cpuSeconds,
    cpu_server_s: server.cpuSeconds,
    ...(client.connectSeconds === undefined ? {} : { connect_ms: client.connectSeconds * 1e3 }),
    ...(link ? linkMetrics(link) : {}),
    ...(calibration?.rtt ? { link_rtt_ms: calibration.rtt.min * 1e3 } : {}),
  };
  const attachments = (summary.attachments ?? []).map(keyed);
  const completed: CompletedTrial = {
    ...trial,
    state: 'completed',
    startedAt,
    metrics,
    flags: [...summary.flags, ...cpuFlags(raw), ...(link ? linkFlags(link) : []), ...ceilingFlags(planned, ceiling)],
    series: [...toSeries(samples, raw.schedule.open), ...(summary.series ?? [])],
    ...(summary.delay ? { delay: summary.delay } : {}),
    ...(attachments.length > 0 ? { attachments: attachments.map(({ name, sha256 }) => ({ name, sha256 })) } : {}),
    ...(link ? { link } : {}),
    effective: { client: client.settings, server: server.settings, ...timesOf(raw.schedule) },
  };
  return {
    trial: completed,
    ...(attachments.length > 0
      ? { attached: Object.fromEntries(attachments.map(({ sha256, type, base64 }) => [sha256, { type, base64 }])) }
      : {}),
  };
}

const keyed = (attachment: Attachment): Attachment & { readonly sha256: string } => ({
  ...attachment,
  sha256: createHash('sha256').update(attachment.base64, 'base64').digest('hex'),
});

function timesOf({ start, warmEnd, open, close }: Schedule): Omit<CompletedTrial['effective'], 'client' | 'server'> {
  return {
    warmupSeconds: (warmEnd - start) / 1e9,
    settleSeconds: (open - warmEnd) / 1e9,
    windowSeconds: (close - open) / 1e9,
  };
}

function linkMetrics(link: LinkAccount): Metrics {
  const metrics: Metrics = {};
  for (const direction of ['up', 'down'] as const) {
    const account = link[direction];
    metrics[`link_${direction}_packets`] = account.packetsIn;
    metrics[`link_${direction}_lost`] = account.lost + account.outage;
    metrics[`link_${direction}_queue_dropped`] = account.queueDropped + account.aqmDropped;
    metrics[`link_${direction}_reordered`] = account.reordered;
    metrics[`link_${direction}_duplicated`] = account.duplicated;
    metrics[`link_${direction}_corrupted`] = account.corrupted;
  }
  const late = lateness(link);
  if (late !== undefined) metrics['link_late_p99_ms'] = late * 1e3;
  return metrics;
}

/** Timers of io node wait by looking at the clock again and again: there a busy processor says nothing. */
function cpuFlags({ client, server, io }: RawTrial): Flag[] {
  if (io === 'node') return [];
  return Object.entries({ client, server })
    .filter(([, { cpuRatio }]) => cpuRatio > CPU_BOUND)
    .map(([end, { cpuRatio }]) => ({
      name: 'cpu-bound',
      reason: `the ${end} used ${(100 * cpuRatio).toFixed(0)} % of a processor: the figure is this machine's as much as the transport's`,
      remedy: 'ask for a rate (rate=...) or larger messages, or compare on this machine only',
    }));
}

/** The 99th percentile of the worse direction, in seconds; undefined where the emulator does not know. */
function lateness({ up, down }: LinkAccount): number | undefined {
  const known = [up, down].flatMap(({ lateness }) => lateness?.p99 ?? []);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function linkFlags(link: LinkAccount): Flag[] {
  const found: Flag[] = [];
  const both = [link.up, link.down];
  const late = lateness(link);
  if (late !== undefined && late > LATE_SECONDS) {
    found.push({
      name: 'emulator-late',
      reason: `1 % of the packets left the emulated link more than ${(late * 1e3).toFixed(1)} ms later than its model says`,
      remedy: 'close other programs, or use a machine with more processors',
    });
  }
  const overrun = both.reduce(
    (sum, direction) => sum + direction.overrun + direction.sendErrors + direction.oversize,
    0,
  );
  if (overrun > 0) {
    found.push({
      name: 'emulator-overrun',
      reason: `${overrun} packets were more than the emulator could take: they are lost without the model's doing`,
      remedy: 'ask for a lower rate (rate=...), or add a rate to the link profile',
    });
  }
  return found;
}

/** Acknowledgements, smaller packets and the endpoints themselves want their share too. */
function ceilingFlags(planned: PlannedCase, ceiling: number | undefined): Flag[] {
  if (ceiling === undefined || standing(planned, ceiling) !== 'near') return [];
  const [asked, carried] = [packetsPerSecond(planned), ceiling].map(formatNumber);
  return [
    {
      name: 'emulator-ceiling',
      reason: `${asked} packets a second are near what the emulator carries here, ${carried}: the figure may be the emulator's`,
      remedy: 'ask for a lower rate or larger messages, or use a machine with more processors',
    },
  ];
}

function toSeries(samples: readonly Sample[], open: number): Series[] {
  const byMetric = new Map<string, Series>();
  for (const { metric, at, value } of samples) {
    const series = byMetric.get(metric) ?? { metric, t: [], values: [] };
    byMetric.set(metric, series);
    series.t.push((at - open) / 1e9);
    series.values.push(value);
  }
  return [...byMetric.values()];
}
