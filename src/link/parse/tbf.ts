import type { Tbf } from '../profile.ts';
import { parseDecimal, parseRate, parseSize } from '../units.ts';
import { boundedBytes, boundedRate, takeBytes, takePositiveTime } from './bounds.ts';
import type { Clause } from './clause.ts';
import type { Keywords } from './keywords.ts';
import { parseOptions } from './options.ts';
import type { Source, Word } from './words.ts';

const rate = (clause: Clause) => boundedRate(clause, clause.value('a rate, such as 20mbit', parseRate));
const MAX_ADDED = 2 ** 16 - 1;

const OPTIONS = {
  rate,
  burst: takeBucket,
  limit: takeBytes,
  latency: takePositiveTime,
  peakrate: rate,
  mtu: takeBucket,
  mpu: takeMpu,
  overhead: takeOverhead,
  linklayer: takeLinkLayer,
};

/** tc-tbf(8). */
const KEYWORDS: Keywords<keyof typeof OPTIONS> = {
  abbreviable: [
    ['limit', 'limit'],
    ['latency', 'latency'],
    ['burst', 'burst'],
    ['peakrate', 'peakrate'],
    ['linklayer', 'linklayer'],
    ['overhead', 'overhead'],
  ],
  exact: [
    ['buffer', 'burst'],
    ['maxburst', 'burst'],
    ['mtu', 'mtu'],
    ['minburst', 'mtu'],
    ['mpu', 'mpu'],
    ['rate', 'rate'],
  ],
  accepted: Object.keys(OPTIONS).join(', '),
};

/** `SIZE[/CELL]`; the cell is the grain of a table that the kernel no longer has. */
function takeBucket(clause: Clause): number {
  return boundedBytes(
    clause,
    clause.value('a size, such as 32kb', (text) => parseSize(text.replace(/\/\d+$/, ''))),
  );
}

/** The kernel holds it in 16 bits, as it does the overhead. */
function takeMpu(clause: Clause): number {
  const bytes = clause.value('a size, such as 64', parseSize);
  return bytes <= MAX_ADDED ? bytes : clause.fail(`more than ${MAX_ADDED} bytes are not accepted`);
}

function takeOverhead(clause: Clause): number {
  return clause.value('a number of bytes, such as 14', (text) => parseDecimal(text, 0, MAX_ADDED));
}

function takeLinkLayer(clause: Clause): void {
  if (!clause.take('ethernet')) clause.fail("only 'linklayer ethernet' is emulated; for cells use the rate of netem");
}

/** A `tbf` qdisc from its words, of which the first is its name. */
export function parseTbf(source: Source, words: readonly Word[]): Tbf {
  const { values, clauses, whole } = parseOptions(source, words, 1, KEYWORDS, OPTIONS);
  const rateBps = values.rate ?? whole.refuse('needs a rate, such as rate 20mbit');
  const burstBytes = values.burst ?? whole.refuse('needs a bucket, such as burst 32kb');
  const { peakrate: peakRateBps, mtu: mtuBytes, overhead: overheadBytes, mpu: mpuBytes } = values;
  if (mtuBytes === undefined) clauses.peakrate?.refuse("needs a bucket of its own, such as 'mtu 1540'");
  if (peakRateBps === undefined) clauses.mtu?.refuse("is the bucket of 'peakrate', which is missing");
  else if (peakRateBps <= rateBps) clauses.peakrate?.refuse("has to be more than 'rate'");
  if (values.limit !== undefined) clauses.latency?.refuse("'limit' and 'latency' both size the queue; leave one out");
  const latencyNs =
    values.latency ?? (values.limit === undefined ? whole.refuse('needs limit SIZE or latency TIME') : 0);
  const fits = (bps: number, bucket: number) => Math.trunc((bps / 8) * (latencyNs / 1e9) + bucket);
  const ordinary = fits(rateBps, burstBytes);
  const peak = peakRateBps === undefined ? ordinary : fits(peakRateBps, mtuBytes ?? 0);
  return {
    kind: 'tbf',
    rateBps,
    burstBytes,
    limitBytes: values.limit ?? boundedBytes(clauses.latency ?? whole, Math.min(ordinary, peak)),
    ...(peakRateBps !== undefined && { peakRateBps }),
    ...(mtuBytes !== undefined && { mtuBytes }),
    ...(overheadBytes && { overheadBytes }),
    ...(mpuBytes && { mpuBytes }),
  };
}
