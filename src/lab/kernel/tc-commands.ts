import {
  type Chance,
  type Distribution,
  MAX_HELD,
  type Netem,
  type Slot,
  type Stage,
  type Tbf,
} from '../../link/profile.ts';
import { formatPercent } from '../../link/units.ts';

/** What differs from one tc(8) and kernel to the next. */
export interface TcSupport {
  /** `netem ... seed` (both from 6.6 on). */
  readonly seed: boolean;
  /** Times finer than a microsecond (iproute2 6.9); without, they are rounded to one. */
  readonly nanoseconds: boolean;
}

/** By which word tc finds a distribution's table. */
export type TableName = (distribution: Distribution) => string;

const byItsName: TableName = ({ name }) => name;

/**
 * Lines for `tc -batch` that put these qdiscs, and nothing else, on the way out of an interface. Those that it has give way to
 * `noqueue` first, since `replace` of a netem by a netem keeps what is held and every word that is not said again. Without a stage
 * there is a plain queue, which never fills on a veth, but counts.
 */
export function tcCommands(
  stages: readonly Stage[],
  dev: string,
  support: TcSupport,
  tableName: TableName = byItsName,
): string[] {
  const reset = `qdisc replace dev ${dev} root noqueue`;
  if (stages.length === 0) return [reset, `qdisc replace dev ${dev} root handle 1: pfifo limit ${MAX_HELD}`];
  const chain = stages.map((stage, i) => {
    const place = i === 0 ? `replace dev ${dev} root` : `add dev ${dev} parent ${handle(i)}`;
    const words = stage.kind === 'netem' ? netem(stage, support, tableName) : tbf(stage);
    return `qdisc ${place} handle ${handle(i + 1)} ${words.join(' ')}`;
  });
  return [reset, ...chain];
}

const handle = (number: number): string => `${number.toString(16)}:`;

function netem(stage: Netem, support: TcSupport, tableName: TableName): string[] {
  const { limit = MAX_HELD, delay, duplicate, reorder, rate, slot, seed } = stage;
  const words = ['netem', `limit ${limit}`];
  if (delay) {
    words.push(
      `delay ${[delay.ns, delay.jitterNs].map((ns) => time(ns, support)).join(' ')} ${formatPercent(delay.correlation)}`,
    );
    if (delay.distribution) words.push(`distribution ${tableName(delay.distribution)}`);
  }
  words.push(...loss(stage));
  if (duplicate) words.push(`duplicate ${chance(duplicate)}`);
  words.push(...corruption(stage));
  if (reorder) words.push(`reorder ${chance(reorder)} gap ${reorder.gap}`);
  if (rate) words.push(`rate ${rate.bps}bit ${rate.packetOverhead} ${rate.cellBytes} ${rate.cellOverhead}`);
  if (slot) words.push(...slots(slot, tableName));
  if (seed !== undefined && support.seed) words.push(`seed ${seed}`);
  return words;
}

/** tc before 6.9 knows no `ns` here, and a number without a unit is microseconds to it, nanoseconds since. */
const time = (ns: number, { nanoseconds }: TcSupport): string =>
  ns % 1000 === 0 || !nanoseconds ? `${Math.round(ns / 1000)}us` : `${ns}ns`;

const chance = ({ p, correlation }: Chance): string => percents(p, correlation);
const percents = (...fractions: readonly number[]): string => fractions.map(formatPercent).join(' ');

function loss({ loss, ecn }: Netem): string[] {
  if (!loss) return [];
  const mark = ecn ? ['ecn'] : [];
  switch (loss.kind) {
    case 'random':
      return [`loss random ${chance(loss)}`, ...mark];
    case 'state':
      return [`loss state ${percents(loss.p13, loss.p31, loss.p32, loss.p23, loss.p14)}`, ...mark];
    case 'gemodel':
      return [`loss gemodel ${percents(loss.p, loss.r, loss.h1, loss.k1)}`, ...mark];
  }
}

/** tc leaves out the correlation of `duplicate` unless another word brings one too. */
function corruption({ corrupt, duplicate }: Netem): string[] {
  if (corrupt) return [`corrupt ${chance(corrupt)}`];
  return duplicate && duplicate.correlation > 0 ? ['corrupt 0% 0%'] : [];
}

/** Always had nanoseconds. */
function slots({ gap, packets, bytes }: Slot, tableName: TableName): string[] {
  const times =
    gap.kind === 'uniform'
      ? `${gap.minNs}ns ${gap.maxNs}ns`
      : `distribution ${tableName(gap.distribution)} ${gap.delayNs}ns ${gap.jitterNs}ns`;
  return [`slot ${times}`, ...(packets > 0 ? [`packets ${packets}`] : []), ...(bytes > 0 ? [`bytes ${bytes}`] : [])];
}

function tbf({ rateBps, burstBytes, limitBytes, peakRateBps, mtuBytes, overheadBytes, mpuBytes }: Tbf): string[] {
  const words = ['tbf', `rate ${rateBps}bit burst ${burstBytes}b limit ${limitBytes}b`];
  if (peakRateBps !== undefined) words.push(`peakrate ${peakRateBps}bit`);
  if (mtuBytes !== undefined) words.push(`mtu ${mtuBytes}b`);
  if (mpuBytes !== undefined) words.push(`mpu ${mpuBytes}`);
  if (overheadBytes !== undefined) words.push(`overhead ${overheadBytes}`);
  return words;
}
