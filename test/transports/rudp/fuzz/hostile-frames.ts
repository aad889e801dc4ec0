import { RangeSet } from '../../../../src/transports/rudp/ranges.ts';
import {
  writeAck,
  writeAckFrequency,
  writeClose,
  writeDataBlocked,
  writeDataHeader,
  writeMaxData,
  writePing,
  writeRecovered,
  writeRepairHeader,
  writeSkip,
} from '../../../../src/transports/rudp/wire/frames.ts';
import { writeVarint } from '../../../../src/transports/rudp/wire/varint.ts';
import type { Random } from './random.ts';

/** What a forger may know of its victim, so that what it says is often nearly true. */
export interface Hints {
  /** Packets that the victim has sent. */
  readonly sent: number;
  /** Bytes of data that it has sent. */
  readonly sentBytes: number;
  /** Data that it takes: about so much it has been sent, below `credit`, of messages that are `stride` bytes long with their prefix. */
  readonly receivedBytes: number;
  readonly credit: number;
  readonly stride: number;
  /** It takes what is skipped to for granted. */
  readonly skips: boolean;
  /** How often it hears what ends the connection, or what makes no sense: rarely, or it is never found in its later states. */
  readonly rude: number;
}

type Writer = (random: Random, bytes: Uint8Array, at: number, limit: number, hints: Hints) => number;
/** Of a frame without its data. */
const MOST_HEADER = 1 + 8 + 8 + 8;

/** Of packets sent and never sent, in few ranges or many. */
const ack: Writer = (random, bytes, at, limit, { sent }) => {
  const ranges = new RangeSet();
  const count = random.chance(0.1) ? random.below(600) : random.between(1, 4);
  for (let i = 0; i < count; i++) {
    const smallest = random.chance(0.9) ? random.below(sent + 1) : random.around(sent);
    ranges.add(smallest, Math.min(Number.MAX_SAFE_INTEGER, smallest + 1 + random.below(random.chance(0.1) ? 1e6 : 8)));
  }
  return writeAck(bytes, at, limit, ranges, random.chance(0.8) ? random.below(1e5) : random.varint(), 600);
};

/** The newest, as an honest receiver would: the victim goes on. */
const honestAck: Writer = (random, bytes, at, limit, { sent }) => {
  if (sent === 0) return at;
  const ranges = new RangeSet();
  ranges.add(Math.max(0, sent - 1 - random.below(64)), sent - random.below(2));
  return writeAck(bytes, at, limit, ranges, random.below(5000), 1);
};

/** Of one sequence of messages, in any order, cut anyhow. */
const data: Writer = (random, bytes, at, limit, { receivedBytes, credit, stride }) => {
  const offset = Math.max(0, random.chance(0.3) ? random.below(credit) : receivedBytes + random.between(-3000, 3000));
  const length = Math.min(limit - at - MOST_HEADER, credit - offset, random.between(1, random.pick([10, 100, 2000])));
  if (length < 1) return at;
  const from = writeDataHeader(bytes, at, offset, offset % stride, length);
  for (let i = 0; i < length; i++) bytes[from + i] = byteAt(offset + i, stride);
  return from + length;
};

function byteAt(offset: number, stride: number): number {
  const place = offset % stride;
  if (place >= 4) return offset;
  return place === 0 ? 0x80 : (stride - 4) >>> (24 - 8 * place);
}

/** Anywhere, with anything in it. */
const rudeData: Writer = (random, bytes, at, limit, { receivedBytes }) => {
  const room = limit - at - MOST_HEADER;
  if (room < 1) return at;
  const length = random.between(1, random.chance(0.5) ? room : Math.min(room, 24));
  const offset = Math.min(random.around(receivedBytes), Number.MAX_SAFE_INTEGER - length);
  const head = random.chance(0.6) ? 0 : Math.min(offset, random.around(random.below(4000)));
  const last = random.chance(0.2);
  const from = writeDataHeader(bytes, at, offset, head, last ? -1 : length);
  bytes.set(random.bytes(length), from);
  if (random.chance(0.7)) bytes[from] = 0x80;
  // Without a length it has all of the packet.
  return last ? limit : from + length;
};

const frequency: Writer = (random, bytes, at, limit) =>
  writeAckFrequency(bytes, at, limit, random.varint(), random.varint(), random.varint(), random.varint());

const recovered: Writer = (random, bytes, at, limit, { sentBytes }) => {
  const offset = random.around(sentBytes);
  const length = Math.min(random.between(1, 5000), Number.MAX_SAFE_INTEGER - offset);
  return length > 0 ? writeRecovered(bytes, at, limit, offset, length) : at;
};

const close: Writer = (random, bytes, at, limit) => {
  return writeClose(
    bytes,
    at,
    limit,
    random.chance(0.5) ? random.below(4) : random.varint(),
    'x'.repeat(random.below(300)),
  );
};

const repair: Writer = (random, bytes, at, limit) => {
  const length = random.below(Math.max(0, limit - at - MOST_HEADER));
  if (length === 0) return at;
  const from = writeRepairHeader(bytes, at, length);
  bytes.set(random.bytes(length), from);
  return from + length;
};

/** A block of packets that have come or not, and a symbol of it that is none. */
const rudeRepair: Writer = (random, bytes, at, limit) => {
  const map = random.bytes(random.between(1, 4));
  map[0] |= 1;
  const symbol = random.bytes(random.between(1, 200));
  const length = 3 + map.length + symbol.length;
  if (at + 3 + length > limit) return at;
  const from = writeRepairHeader(bytes, at, length);
  bytes.set([random.below(64), random.below(4), map.length, ...map, ...symbol], from);
  return from + length;
};

/** A type, known or not, with numbers behind it that need not fit it. */
const nonsense: Writer = (random, bytes, at, limit) => {
  if (limit - at < MOST_HEADER) return at;
  bytes[at] = random.chance(0.5) ? random.below(0x24) : random.below(256);
  let next = at + 1;
  for (let i = random.below(4); i > 0 && next + 8 <= limit; i--) next = writeVarint(bytes, next, random.varint());
  return next;
};

const padding: Writer = (random, bytes, at, limit) => {
  const to = Math.min(limit, at + random.below(40));
  bytes.fill(0, at, to);
  return to;
};

const maxData: Writer = (random, bytes, at, limit, { sentBytes }) =>
  writeMaxData(bytes, at, limit, random.around(sentBytes));

const blocked: Writer = (random, bytes, at, limit, { receivedBytes }) =>
  writeDataBlocked(bytes, at, limit, random.around(receivedBytes));

const rudeSkip: Writer = (random, bytes, at, limit, { receivedBytes }) =>
  writeSkip(bytes, at, limit, random.around(receivedBytes));

const skip: Writer = (random, bytes, at, limit, { receivedBytes, skips }) =>
  skips ? writeSkip(bytes, at, limit, Math.max(0, receivedBytes - random.below(2000))) : at;

const ping: Writer = (_random, bytes, at, limit) => writePing(bytes, at, limit);

const WRITERS: readonly Writer[] = [
  ...[ack, ack, honestAck, data, data, data, data, frequency, recovered, repair, padding],
  ...[ping, maxData, blocked, skip],
];
const RUDE: readonly Writer[] = [rudeData, rudeData, rudeSkip, rudeRepair, rudeRepair, close, nonsense];

/** Frames one behind the other; returns where they end. Mostly well-formed, seldom true. */
export function writeHostileFrames(
  random: Random,
  bytes: Uint8Array,
  from: number,
  limit: number,
  hints: Hints,
): number {
  let at = from;
  for (let i = random.chance(0.05) ? 200 : random.between(1, 5); i > 0 && at < limit; i--) {
    at = random.pick(random.chance(hints.rude) ? RUDE : WRITERS)(random, bytes, at, limit, hints);
  }
  return at > from ? at : writePing(bytes, from, limit);
}
