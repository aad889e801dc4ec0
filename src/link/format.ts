import type {
  Delay,
  DirectionProfile,
  Discipline,
  LossModel,
  Netem,
  Profile,
  Queue,
  Slot,
  Stage,
  Tbf,
} from './profile.ts';
import { formatPercent, formatRate, formatSize, formatTime } from './units.ts';

/** The one spelling of a profile; `parseProfile` reads it back as the same, given the files that it names. */
export function formatProfile(profile: Profile): string {
  const up = formatDirection(profile.up);
  const down = formatDirection(profile.down);
  return up === down ? up : `up: ${up} down: ${down}`;
}

function formatDirection({ stages }: DirectionProfile): string {
  if (stages.length === 0) return 'direct';
  const alone = stages.length === 1;
  return stages.map((stage) => formatStage(stage, alone)).join(' | ');
}

/** A netem that stands alone goes without its name, unless it has no other word. */
function formatStage(stage: Stage, alone: boolean): string {
  if (stage.kind === 'tbf') return formatTbf(stage);
  const words = formatNetem(stage);
  return alone && words.length > 0 ? words.join(' ') : ['netem', ...words].join(' ');
}

function formatNetem(netem: Netem): string[] {
  const words: string[] = [];
  const add = <T>(value: T | undefined, format: (value: T) => string) => {
    if (value !== undefined) words.push(format(value));
  };
  add(netem.delay, formatDelay);
  add(netem.loss, formatLoss);
  add(netem.ecn, () => 'ecn');
  add(netem.corrupt, ({ where, ...chance }) => join('corrupt', ...trimmed(chance), where === 'payload' && where));
  add(netem.duplicate, (chance) => join('duplicate', ...trimmed(chance)));
  add(netem.reorder, ({ gap, ...chance }) => join('reorder', ...trimmed(chance), gap !== 1 && `gap ${gap}`));
  add(netem.outage, ({ everyNs, forNs, afterNs }) => {
    const after = afterNs !== everyNs && `after ${formatTime(afterNs)}`;
    return join('outage', `every ${formatTime(everyNs)}`, `for ${formatTime(forNs)}`, after);
  });
  add(netem.rate, ({ bps, packetOverhead, cellBytes, cellOverhead }) =>
    join('rate', formatRate(bps), ...upTo([packetOverhead, cellBytes, cellOverhead], [0, 0, 0]).map(String)),
  );
  add(netem.trace, ({ name }) => `trace ${name}`);
  add(netem.slot, formatSlot);
  add(netem.keepOrder, () => 'keep-order');
  add(netem.seed, (seed) => `seed ${seed}`);
  add(netem.limit, (limit) => `limit ${limit}`);
  add(netem.queue, formatQueue);
  return words;
}

function formatDelay({ ns, jitterNs, correlation, distribution }: Delay): string {
  const jitter = jitterNs > 0 && formatTime(jitterNs);
  const table = distribution && `distribution ${distribution.name}`;
  return join('delay', formatTime(ns), jitter, correlation > 0 && formatPercent(correlation), table);
}

function formatLoss(loss: LossModel): string {
  switch (loss.kind) {
    case 'random':
      return join('loss', ...trimmed(loss));
    case 'gemodel': {
      const { p, r, h1, k1 } = loss;
      return join('loss gemodel', ...[p, r, ...upTo([h1, k1], [1, 0])].map(formatPercent));
    }
    case 'state': {
      const { p13, p31, p32, p23, p14 } = loss;
      return join('loss state', ...[p13, p31, ...upTo([p32, p23, p14], [0, 1, 0])].map(formatPercent));
    }
  }
}

function formatSlot({ gap, packets, bytes }: Slot): string {
  const times =
    gap.kind === 'uniform'
      ? [formatTime(gap.minNs), gap.maxNs > gap.minNs && formatTime(gap.maxNs)]
      : ['distribution', gap.distribution.name, formatTime(gap.delayNs), formatTime(gap.jitterNs)];
  return join('slot', ...times, packets > 0 && `packets ${packets}`, bytes > 0 && `bytes ${formatSize(bytes)}`);
}

function formatQueue({ packets, bytes, ns, discipline }: Queue): string {
  return join(
    'queue',
    packets !== undefined && `${packets} packets`,
    bytes !== undefined && `${formatSize(bytes)} bytes`,
    ns !== undefined && formatTime(ns),
    discipline && formatDiscipline(discipline),
  );
}

/** Written out in full, so that a record of it says what was in force. */
function formatDiscipline(discipline: Discipline): string {
  const { kind } = discipline;
  if (kind === 'drophead') return kind;
  const marking = discipline.ecn ? 'ecn' : 'noecn';
  const target = `target ${formatTime(discipline.targetNs)}`;
  if (kind === 'pie') return join(kind, target, `update ${formatTime(discipline.updateNs)}`, marking);
  const flows = kind === 'fq_codel' && `flows ${discipline.flows} quantum ${discipline.quantumBytes}`;
  return join(kind, target, `interval ${formatTime(discipline.intervalNs)}`, flows, marking);
}

function formatTbf(tbf: Tbf): string {
  const { peakRateBps, mtuBytes, overheadBytes, mpuBytes } = tbf;
  return join(
    'tbf',
    `rate ${formatRate(tbf.rateBps)}`,
    `burst ${formatSize(tbf.burstBytes)}`,
    `limit ${formatSize(tbf.limitBytes)}`,
    peakRateBps !== undefined && `peakrate ${formatRate(peakRateBps)}`,
    mtuBytes !== undefined && `mtu ${formatSize(mtuBytes)}`,
    mpuBytes !== undefined && `mpu ${mpuBytes}`,
    overheadBytes !== undefined && `overhead ${overheadBytes}`,
  );
}

/** A probability, and its correlation where there is one. */
function trimmed({ p, correlation }: { readonly p: number; readonly correlation: number }): string[] {
  return correlation > 0 ? [formatPercent(p), formatPercent(correlation)] : [formatPercent(p)];
}

/** The values up to the last that is not what leaving it out means. */
function upTo(values: readonly number[], usual: readonly number[]): number[] {
  return values.slice(0, values.findLastIndex((value, i) => value !== usual[i]) + 1);
}

/** Words with spaces between them; what is absent is left out. */
function join(...words: readonly (string | false | undefined)[]): string {
  return words.filter((word) => word !== false && word !== undefined).join(' ');
}
