import type { Chance, Delay, Netem } from '../profile.ts';
import { realisedRate } from '../realised-rate.ts';
import { formatPercent } from '../units.ts';
import { inPercent } from './percent.ts';

/** Tables have this many entries unless they bring their own. */
const TABLE_SIZE = 4096;
const TOLERANCE = 0.1;
const NEVER = 1e-6;

/** What netem's correlations really do (tc-netem(8) calls them deprecated). */
export function correlationWarnings(netem: Netem): string[] {
  const { loss, duplicate, corrupt, reorder, delay } = netem;
  const chances: [string, Chance | undefined][] = [
    ['loss', loss?.kind === 'random' ? loss : undefined],
    ['duplicate', duplicate],
    ['corrupt', corrupt],
    ['reorder', reorder],
  ];
  const found = chances.map(([word, chance]) => chance && rateWarning(word, chance));
  return [...found, duplicateWarning(netem), delay && delayWarning(delay)].filter((warning) => warning !== undefined);
}

function rateWarning(word: string, { p, correlation }: Chance): string | undefined {
  if (correlation === 0 || p === 1) return undefined;
  const text = `${word} ${formatPercent(p)} ${formatPercent(correlation)}`;
  const leave = `leave the ${formatPercent(correlation)} out`;
  if (correlation === 1) return `${text}: the first draw decides for all packets, all or none; ${leave}`;
  const realised = realisedRate(p, correlation);
  if (Math.abs(realised / p - 1) <= TOLERANCE) return undefined;
  const share = realised < NEVER ? 'hardly any packet' : `${inPercent(realised)} of the packets`;
  const better = word === 'loss' ? burstsOf(p, correlation) : leave;
  return `${text}: netem's correlation narrows its random numbers, so that this meets ${share}; ${better}`;
}

/** The simple Gilbert model of the same mean whose losses have that correlation from one packet to the next: 1 - p - r. */
function burstsOf(p: number, correlation: number): string {
  const toBad = p * (1 - correlation);
  const toGood = (1 - p) * (1 - correlation);
  const run = Number((1 / toGood).toPrecision(2));
  const words = `loss gemodel ${inPercent(toBad, 6)} ${inPercent(toGood, 6)}`;
  return `write '${words}' for ${formatPercent(p)} in bursts of ${run} packets in the mean`;
}

function duplicateWarning({ duplicate, delay, loss, corrupt, reorder }: Netem): string | undefined {
  const others = [delay, loss?.kind === 'random' ? loss : undefined, corrupt, reorder];
  if (!duplicate?.correlation || others.some((part) => part && part.correlation > 0)) return undefined;
  return (
    `duplicate ${formatPercent(duplicate.p)} ${formatPercent(duplicate.correlation)}: tc itself drops this correlation where no ` +
    'other option has one, and duplicates without; leave it out for the same in both'
  );
}

/** sch_netem takes a remainder of the correlated number, and remainders by less than its step are as good as fresh. */
function delayWarning({ jitterNs, correlation, distribution }: Delay): string | undefined {
  if (correlation === 0) return undefined;
  const text = `delay's correlation of ${formatPercent(correlation)}`;
  if (correlation === 1) return `${text} gives every packet the delay of the first; leave it out`;
  const divisor = distribution ? (distribution.values?.length ?? TABLE_SIZE) : 2 * jitterNs;
  if (divisor * 4 > (1 - correlation) * 2 ** 32) return undefined;
  return (
    `${text} does next to nothing: netem takes the remainder of the correlated number by ` +
    `${distribution ? "the table's size" : 'twice the jitter'}, which varies as if fresh; leave it out, and for packets that ` +
    "are delayed together write 'slot' or 'keep-order'"
  );
}
