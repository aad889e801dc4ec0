import type { Corruption, Delay, Netem, Rate, Reordering } from '../profile.ts';
import { parseTrace } from '../trace-file.ts';
import { parseInteger, parsePercent, parseRate, parseSeed, parseSize, parseTime } from '../units.ts';
import { boundedJitter, boundedPackets, boundedRate, takeTime } from './bounds.ts';
import type { Clause } from './clause.ts';
import { takeDistribution } from './distribution.ts';
import type { Keywords } from './keywords.ts';
import { parseChance, parseLoss } from './loss.ts';
import { type Options, parseOptions } from './options.ts';
import { parseOutage } from './outage.ts';
import { parseQueue } from './queue.ts';
import { parseSlot } from './slot.ts';
import type { Source, Word } from './words.ts';

const DIGIT_OR_MINUS = /^[-\d]/;

const OPTIONS = {
  delay: parseDelay,
  distribution: takeDistribution,
  loss: parseLoss,
  ecn: () => true,
  corrupt: parseCorrupt,
  duplicate: parseChance,
  reorder: parseChance,
  gap: (clause: Clause) => clause.value('a number of packets', (text) => parseInteger(text, 0, 2 ** 32 - 1)),
  rate: parseRateClause,
  slot: parseSlot,
  limit: (clause: Clause) => boundedPackets(clause, clause.value('a number of packets, such as 1000', parseSize)),
  seed: (clause: Clause) => clause.value('a number, such as 42', parseSeed),
  queue: parseQueue,
  'keep-order': () => true,
  outage: parseOutage,
  trace: (clause: Clause) => clause.file('a file', (name, read) => ({ name, ms: parseTrace(read(), name) })),
};

/** tc-netem(8) has those that may be shortened; the others are netduel's own. */
const KEYWORDS: Keywords<keyof typeof OPTIONS> = {
  abbreviable: [
    ['limit', 'limit'],
    ['latency', 'delay'],
    ['delay', 'delay'],
    ['loss', 'loss'],
    ['drop', 'loss'],
    ['seed', 'seed'],
    ['ecn', 'ecn'],
    ['reorder', 'reorder'],
    ['corrupt', 'corrupt'],
    ['gap', 'gap'],
    ['duplicate', 'duplicate'],
    ['distribution', 'distribution'],
    ['rate', 'rate'],
    ['slot', 'slot'],
  ],
  exact: [
    ['queue', 'queue'],
    ['keep-order', 'keep-order'],
    ['outage', 'outage'],
    ['trace', 'trace'],
  ],
  accepted: `${Object.keys(OPTIONS).join(', ')}, or direct alone`,
};

function parseDelay(clause: Clause): Delay | undefined {
  const ns = takeTime(clause);
  const jitterNs = boundedJitter(clause, clause.optional(parseTime) ?? 0);
  const correlation = clause.optional(parsePercent) ?? 0;
  return ns > 0 || jitterNs > 0 ? { ns, jitterNs, correlation: jitterNs > 0 ? correlation : 0 } : undefined;
}

function parseCorrupt(clause: Clause): Corruption | undefined {
  const chance = parseChance(clause);
  const where = clause.take('payload') ?? 'frame';
  return chance && { ...chance, where };
}

function parseRateClause(clause: Clause): Rate {
  const bps = boundedRate(clause, clause.value('a rate, such as 20mbit', parseRate));
  const signed = (text: string) => parseInteger(text, -(2 ** 31), 2 ** 31 - 1);
  const packetOverhead = clause.optional(signed, DIGIT_OR_MINUS) ?? 0;
  const cellBytes = clause.optional((text) => parseInteger(text, 0, 2 ** 32 - 1)) ?? 0;
  const cellOverhead = clause.optional(signed, DIGIT_OR_MINUS) ?? 0;
  if (cellBytes > 0 && cellBytes + cellOverhead <= 0) clause.fail('a cell would take no time');
  return { bps, packetOverhead, cellBytes, cellOverhead };
}

/** A `netem` qdisc from its words, those before `start` left out. */
export function parseNetem(source: Source, words: readonly Word[], start: number): Netem {
  const options = parseOptions(source, words, start, KEYWORDS, OPTIONS);
  const { values, clauses } = options;
  if (!values.loss) clauses.ecn?.refuse('there is nothing to mark without a loss model; add one, such as loss 1%');
  if (values.trace) clauses.rate?.refuse("'rate' and 'trace' both say the capacity; leave one of them out");
  if (!values.rate && !values.trace) {
    clauses.queue?.refuse("nothing queues without a rate; add one, such as 'rate 20mbit'");
  }
  return {
    kind: 'netem',
    ...defined({
      delay: delayOf(options),
      loss: values.loss,
      ecn: values.ecn,
      duplicate: values.duplicate,
      corrupt: values.corrupt,
      reorder: reorderingOf(options),
      rate: values.rate,
      slot: values.slot,
      limit: values.limit,
      seed: values.seed,
      queue: values.queue,
      keepOrder: values['keep-order'],
      outage: values.outage,
      trace: values.trace,
    }),
  };
}

function delayOf({ values: { delay, distribution }, clauses }: Options<typeof OPTIONS>): Delay | undefined {
  if (!distribution) return delay;
  if (delay && delay.ns > 0 && delay.jitterNs > 0) return { ...delay, distribution };
  return clauses.distribution?.refuse('needs a delay and a jitter, such as delay 20ms 5ms');
}

function reorderingOf({ values: { delay, reorder, gap }, clauses }: Options<typeof OPTIONS>): Reordering | undefined {
  if (!reorder) {
    if (gap) clauses.gap?.refuse('does nothing without reorder; add it, such as reorder 25%');
    return undefined;
  }
  if (!delay?.ns) clauses.reorder?.refuse('a packet overtakes by missing the delay; add one, such as delay 10ms');
  return { ...reorder, gap: gap || 1 };
}

/** What is undefined left out. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as typeof values;
}
