import { z } from 'zod';
import type { Stage } from '../profile.ts';
import { ProfileError } from '../profile-error.ts';
import { formatPercent, formatTime } from '../units.ts';
import { chained, majorOf, type Qdisc } from './chain.ts';
import { parseStage } from './stages.ts';
import { type Source, wordsOf } from './words.ts';

/** Each part of tc's output becomes the words that it stands for, and those are read as all others are. */
const percent = z.number().min(0).max(1).transform(formatPercent);
const seconds = z
  .number()
  .min(0)
  .transform((value) => formatTime(Math.round(value * 1e9)));
const correlation = percent.default('0%');
const size = z.union([z.number().transform((bytes) => `${bytes}b`), z.string()]);
const bytesPerSecond = z.number().transform((value) => `${value}bps`);

const slot = z
  .object({
    'min-delay': seconds.optional(),
    'max-delay': seconds.optional(),
    packets: z.int().default(0),
    bytes: z.int().default(0),
  })
  .transform(({ 'min-delay': min, 'max-delay': max, packets, bytes }, context) => {
    if (min !== undefined && max !== undefined) return `slot ${min} ${max} packets ${packets} bytes ${bytes}`;
    context.addIssue("tc does not tell a slot's table; write it in words: slot distribution NAME DELAY JITTER");
    return z.NEVER;
  });

const netem = z
  .object({
    limit: z.int().transform((packets) => `limit ${packets}`),
    delay: z
      .object({ delay: seconds, jitter: seconds.default('0ms'), correlation })
      .transform((value) => `delay ${value.delay} ${value.jitter} ${value.correlation}`),
    'loss-random': z
      .object({ loss: percent, correlation })
      .transform((value) => `loss ${value.loss} ${value.correlation}`),
    'loss-state': z
      .object({ p13: percent, p31: percent, p32: percent, p23: percent, p14: percent })
      .transform(({ p13, p31, p32, p23, p14 }) => `loss state ${p13} ${p31} ${p32} ${p23} ${p14}`),
    'loss-gemodel': z
      .object({ p: percent, r: percent, '1-h': percent, '1-k': percent })
      .transform((value) => `loss gemodel ${value.p} ${value.r} ${value['1-h']} ${value['1-k']}`),
    duplicate: z
      .object({ duplicate: percent, correlation })
      .transform((value) => `duplicate ${value.duplicate} ${value.correlation}`),
    reorder: z
      .object({ reorder: percent, correlation })
      .transform((value) => `reorder ${value.reorder} ${value.correlation}`),
    corrupt: z
      .object({ corrupt: percent, correlation })
      .transform((value) => `corrupt ${value.corrupt} ${value.correlation}`),
    rate: z
      .object({ rate: bytesPerSecond, packetoverhead: z.int(), cellsize: z.int(), celloverhead: z.int() })
      .transform((value) => `rate ${value.rate} ${value.packetoverhead} ${value.cellsize} ${value.celloverhead}`),
    slot,
    seed: z.string(),
    ecn: z.boolean(),
    gap: z.int(),
  })
  .partial()
  .transform(({ seed, ecn, gap, ...parts }) => {
    const lossy = parts['loss-random'] ?? parts['loss-state'] ?? parts['loss-gemodel'];
    const words = ['netem', ...Object.values(parts)];
    if (ecn && lossy !== undefined) words.push('ecn');
    if (gap && parts.reorder !== undefined) words.push(`gap ${gap}`);
    if (seed !== undefined) words.push(`seed ${seed}`);
    return words.join(' ');
  });

const tbf = z
  .object({
    rate: bytesPerSecond,
    burst: size,
    peakrate: bytesPerSecond.optional(),
    minburst: size.optional(),
    mtu: size.optional(),
    mpu: size.optional(),
    /** Microseconds, however old or new tc is. */
    lat: z.number().optional(),
    limit: size.optional(),
    overhead: z.int().optional(),
    linklayer: z.string().optional(),
  })
  .transform(({ lat, limit, burst, ...parts }, context) => {
    if ((parts.minburst ?? parts.mtu) !== undefined && parts.peakrate === undefined) {
      context.addIssue(
        "tc's JSON does not tell the peakrate; write this qdisc in words: tbf rate ... peakrate RATE mtu SIZE",
      );
      return z.NEVER;
    }
    const bound = lat ? `latency ${lat}us` : `limit ${limit ?? burst}`;
    return ['tbf', 'burst', burst, bound, ...Object.entries(parts).flat()].join(' ');
  });

const WORDS = { netem, tbf };
const EXAMPLES = { netem: 'delay 20ms', tbf: 'rate 10mbit burst 32kb latency 50ms' };

const shown = z.object({
  kind: z.string(),
  handle: z.string().optional(),
  dev: z.string().optional(),
  parent: z.string().optional(),
  options: z.unknown().optional(),
});

type Shown = z.infer<typeof shown> & { readonly kind: keyof typeof WORDS };

/**
 * The stages in the output of `tc -j qdisc show` (`-s` and `-d` may be there too). Qdiscs of other kinds are passed over. What tc does
 * not show cannot be known: the table of a delay, and a jitter without delay.
 */
export function parseTcJson(source: Source, code: string, start: number, end: number): Stage[] {
  const json = parseJson(code, start, end);
  const all = checked(z.array(shown), Array.isArray(json) ? json : [json], "output of 'tc -j qdisc show'");
  const known = all.filter((qdisc): qdisc is Shown => Object.hasOwn(WORDS, qdisc.kind));
  if (known.length === 0) throw new ProfileError("neither netem nor tbf is in this output of 'tc -j qdisc show'");
  const handles = new Set(known.map(({ handle }) => handle && majorOf(handle)));
  return chained(known.map((qdisc) => toQdisc(source, qdisc, handles)));
}

function toQdisc(source: Source, qdisc: Shown, handles: ReadonlySet<string | undefined>): Qdisc {
  const { kind, handle, dev, options } = qdisc;
  const parent = qdisc.parent && majorOf(qdisc.parent);
  const name = `'${[kind, handle, dev && `of ${dev}`].filter(Boolean).join(' ')}'`;
  if (options === undefined) {
    throw new ProfileError(
      `${name}: its "options" are missing; give all that 'tc -j qdisc show' printed, or write the qdisc in words, such as ${kind} ${EXAMPLES[kind]}`,
    );
  }
  const text = checked(WORDS[kind], options, name);
  return {
    stage: parseStage({ ...source, text }, wordsOf(text)),
    dev,
    handle: handle && majorOf(handle),
    parent: handles.has(parent) ? parent : undefined,
    refuse: (problem) => {
      throw new ProfileError(`${name}: ${problem}`);
    },
  };
}

function parseJson(code: string, start: number, end: number): unknown {
  // A seed has 64 bits, more than a double holds: as text it stays exact.
  const json = code.slice(start, end).replace(/("seed"\s*:\s*)(\d+)/g, '$1"$2"');
  try {
    return JSON.parse(json);
  } catch (error) {
    const problem = error instanceof Error ? error.message : error;
    throw new ProfileError(`this is not the JSON of 'tc -j qdisc show': ${problem}`);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ProfileError(`${[name, ...issue.path].join(' ')}: ${issue.message}`);
}
