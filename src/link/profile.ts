import { type Clause, clauses } from './clause.ts';
import type { Keyword } from './keywords.ts';
import { ProfileError } from './profile-error.ts';
import { formatTime, parsePercent, parseRate, parseSize, parseTime } from './units.ts';

export { ProfileError };

/** Probabilities in [0, 1]. `h1` and `k1` are tc's 1-h and 1-k: the loss in the bad and in the good state. */
export type LossModel =
  | { readonly kind: 'random'; readonly p: number }
  | { readonly kind: 'gemodel'; readonly p: number; readonly r: number; readonly h1: number; readonly k1: number };

export interface DirectionProfile {
  readonly delayNs: number;
  /** Half-width of the uniform distribution around `delayNs`. */
  readonly jitterNs: number;
  readonly loss?: LossModel;
  /** Bits per second, counted over whole Ethernet frames. */
  readonly rateBps?: number;
  /** Most packets held at a time, those in the delay line included (netem's meaning). */
  readonly limit?: number;
  /** Most packets waiting for the serialiser, the one on it included (our own word). */
  readonly queue?: number;
}

/** What a link does: `up` is client to server, `down` server to client. */
export interface Profile {
  readonly up: DirectionProfile;
  readonly down: DirectionProfile;
}

/** Most packets that a direction may hold: memory is set aside for each, one frame slot. */
export const MAX_HELD = 32_768;

const UNIMPAIRED: DirectionProfile = { delayNs: 0, jitterNs: 0 };

const MAX_DELAY_NS = 3600e9;
/** sch_netem holds the jitter in 31 bits. */
const MAX_JITTER_NS = 2 ** 31 - 1;
const MAX_RATE_BPS = 10e12;

type Draft = { -readonly [K in keyof DirectionProfile]: DirectionProfile[K] };

function parseDelay(clause: Clause, draft: Draft): void {
  draft.delayNs = clause.value('a time, such as 20ms', parseTime);
  if (draft.delayNs > MAX_DELAY_NS) clause.fail('a delay of more than 1 hour is not accepted');
  draft.jitterNs = clause.optional(parseTime) ?? 0;
  if (draft.jitterNs > MAX_JITTER_NS) clause.fail(`a jitter of more than ${formatTime(MAX_JITTER_NS)} is not accepted`);
  if (clause.hasNumber()) clause.fail('a correlation (third number) of delay is not supported yet');
}

function parseLoss(clause: Clause, draft: Draft): void {
  if (clause.take('state')) clause.fail("'loss state' is not supported yet");
  if (clause.take('gemodel')) {
    draft.loss = parseGilbertElliott(clause);
    return;
  }
  clause.take('random');
  const p = clause.value('a percentage, such as 1%', parsePercent);
  if (clause.hasNumber()) {
    clause.fail("a correlation (second number) of loss is not supported yet; for bursts write 'loss gemodel P R'");
  }
  if (p > 0) draft.loss = { kind: 'random', p };
}

function parseGilbertElliott(clause: Clause): LossModel {
  const p = clause.value('a percentage, such as 1%', parsePercent);
  // Rounded so that the complement of a decimal fraction stays one.
  const r = clause.optional(parsePercent) ?? Number((1 - p).toFixed(15));
  const h1 = clause.optional(parsePercent) ?? 1;
  const k1 = clause.optional(parsePercent) ?? 0;
  return { kind: 'gemodel', p, r, h1, k1 };
}

function parseRateClause(clause: Clause, draft: Draft): void {
  const rate = clause.value('a rate, such as 20mbit', parseRate);
  if (rate < 8) clause.fail('a rate below 8bit (one byte per second) is not accepted; leave the word out for no rate');
  if (rate > MAX_RATE_BPS) clause.fail('a rate of more than 10tbit is not accepted');
  if (clause.hasNumber()) clause.fail('the packet and cell overheads of rate are not supported yet');
  draft.rateBps = rate;
}

function parsePackets(clause: Clause): number {
  const packets = clause.value('a number of packets, such as 1000', parseSize);
  if (packets < 1) clause.fail('at least 1 packet has to fit');
  if (packets > MAX_HELD) {
    clause.fail(`${packets} packets are more than the ${MAX_HELD} that may be held: each takes a frame slot of memory`);
  }
  return packets;
}

function parseLimit(clause: Clause, draft: Draft): void {
  draft.limit = parsePackets(clause);
}

function parseQueue(clause: Clause, draft: Draft): void {
  draft.queue = parsePackets(clause);
  if (!clause.take('packets') && !clause.take('packet')) {
    clause.fail(`'queue' needs its unit; write 'queue ${draft.queue} packets'`);
  }
}

const PARSERS: Partial<Record<Keyword, (clause: Clause, draft: Draft) => void>> = {
  delay: parseDelay,
  loss: parseLoss,
  rate: parseRateClause,
  limit: parseLimit,
  queue: parseQueue,
};

function parseDirection(words: readonly string[]): DirectionProfile {
  if (words.length === 1 && words[0] === 'direct') return UNIMPAIRED;
  const draft: Draft = { ...UNIMPAIRED };
  const seen = new Set<string>();
  for (const clause of clauses(words)) {
    if (seen.has(clause.keyword)) clause.fail(`'${clause.keyword}' is given twice`);
    seen.add(clause.keyword);
    const parse = PARSERS[clause.keyword] ?? clause.fail(`'${clause.keyword}' is not supported yet`);
    parse(clause, draft);
    clause.finish();
  }
  if (draft.queue !== undefined && draft.rateBps === undefined) {
    throw new ProfileError(`'${words.join(' ')}': nothing queues without a rate; add one, such as 'rate 20mbit'`);
  }
  return draft;
}

/**
 * Reads a link profile: tc-netem's words (`delay 20ms 5ms loss 1% rate 20mbit limit 1000`) plus `queue N packets`,
 * for both directions or behind `up:` and `down:`, or `direct` for no impairment. Throws a {@link ProfileError}.
 */
export function parseProfile(text: string): Profile {
  const [before = '', ...marked] = ` ${text}`.split(/\s(up|down):/);
  const words = (part: string) => part.split(/\s+/).filter((word) => word !== '');
  const shared = words(before);
  if (marked.length === 0) {
    if (shared.length === 0) throw new ProfileError("empty; write 'direct' for no impairment");
    const both = parseDirection(shared);
    return { up: both, down: both };
  }
  if (shared.length > 0) {
    const stray = shared.join(' ');
    throw new ProfileError(`'${stray}' stands before '${marked[0]}:'; move it behind, once for each direction`);
  }
  const parts = new Map<string, DirectionProfile>();
  for (let i = 0; i < marked.length; i += 2) {
    const direction = marked[i] ?? '';
    const part = words(marked[i + 1] ?? '');
    if (parts.has(direction)) throw new ProfileError(`'${direction}:' is given twice`);
    if (part.length === 0) {
      throw new ProfileError(`nothing behind '${direction}:'; write '${direction}: direct' for no impairment`);
    }
    parts.set(direction, parseDirection(part));
  }
  return { up: parts.get('up') ?? UNIMPAIRED, down: parts.get('down') ?? UNIMPAIRED };
}
