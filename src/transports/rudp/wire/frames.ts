import type { RangeSet } from '../ranges.ts';
import { varintBytes, writeVarint } from './varint.ts';

export const PADDING = 0x00;
export const PING = 0x01;
export const ACK = 0x02;
export const ACK_FREQUENCY = 0x03;
export const MAX_DATA = 0x04;
export const DATA_BLOCKED = 0x05;
export const SKIP = 0x06;
export const CLOSE = 0x07;
export const RECOVERED = 0x08;
export const DATA = 0x10;
/** In the type of DATA: these fields are there. */
export const DATA_HEAD = 0x01;
export const DATA_LENGTH = 0x02;
export const REPAIR = 0x20;

/** Codes of CLOSE. */
export const CLOSE_DONE = 0;
export const CLOSE_ABORTED = 1;
export const CLOSE_PROTOCOL_ERROR = 2;

export const MAX_REASON_BYTES = 256;
/** The delay of an ACK is counted in 8 us, as by default in RFC 9000. */
export const ACK_DELAY_UNIT_US = 8;

/** Most of what the varint of two bytes that counts them can say. */
const MAX_ACK_RANGES = 0x4000;

const utf8 = new TextEncoder();

// Every writer puts one frame at `at` and returns where the next byte goes. One that takes a `limit` writes nothing, and
// returns `at`, when the frame would reach beyond it.

export function writePing(bytes: Uint8Array, at: number, limit: number): number {
  if (at >= limit) return at;
  bytes[at] = PING;
  return at + 1;
}

/**
 * Acknowledges the packet numbers in `ranges`, newest first, as many ranges as fit before `limit`, `maxRanges` at most.
 * Returns `at` when not even one fits. `delayUs`: since the largest of them has arrived.
 */
export function writeAck(
  bytes: Uint8Array,
  at: number,
  limit: number,
  ranges: RangeSet,
  delayUs: number,
  maxRanges: number,
): number {
  const newest = ranges.count - 1;
  const most = Math.min(ranges.count, maxRanges, MAX_ACK_RANGES);
  if (most < 1) return at;
  const largest = ranges.end(newest) - 1;
  const delay = Math.floor(delayUs / ACK_DELAY_UNIT_US);
  const first = largest - ranges.start(newest);
  const countBytes = varintBytes(most - 1);
  if (at + 1 + varintBytes(largest) + varintBytes(delay) + countBytes + varintBytes(first) > limit) return at;
  bytes[at] = ACK;
  const countAt = writeVarint(bytes, writeVarint(bytes, at + 1, largest), delay);
  let next = writeVarint(bytes, countAt + countBytes, first);
  let beyond = 0;
  while (beyond + 1 < most) {
    const i = newest - beyond - 1;
    const gap = ranges.start(i + 1) - ranges.end(i) - 1;
    const length = ranges.end(i) - ranges.start(i) - 1;
    if (next + varintBytes(gap) + varintBytes(length) > limit) break;
    next = writeVarint(bytes, writeVarint(bytes, next, gap), length);
    beyond++;
  }
  // Room for the count was set aside before it was known: it may take two bytes where one would do.
  if (countBytes === 2) {
    bytes[countAt] = 0x40 | (beyond >> 8);
    bytes[countAt + 1] = beyond;
  } else {
    bytes[countAt] = beyond;
  }
  return next;
}

/** Asks for an ACK after `packets` ack-eliciting packets or `maxDelayUs`, and when a gap is `reordering` packets old (0: never). */
export function writeAckFrequency(
  bytes: Uint8Array,
  at: number,
  limit: number,
  sequence: number,
  packets: number,
  maxDelayUs: number,
  reordering: number,
): number {
  const size = varintBytes(sequence) + varintBytes(packets) + varintBytes(maxDelayUs) + varintBytes(reordering);
  if (at + 1 + size > limit) return at;
  bytes[at] = ACK_FREQUENCY;
  const next = writeVarint(bytes, writeVarint(bytes, at + 1, sequence), packets);
  return writeVarint(bytes, writeVarint(bytes, next, maxDelayUs), reordering);
}

/** The receiver takes data below `offset`. */
export function writeMaxData(bytes: Uint8Array, at: number, limit: number, offset: number): number {
  return writeOffset(bytes, at, limit, MAX_DATA, offset);
}

/** The sender has more, and the credit ends at `offset`. */
export function writeDataBlocked(bytes: Uint8Array, at: number, limit: number, offset: number): number {
  return writeOffset(bytes, at, limit, DATA_BLOCKED, offset);
}

/** Nothing below `offset` will be sent, or sent again. */
export function writeSkip(bytes: Uint8Array, at: number, limit: number, offset: number): number {
  return writeOffset(bytes, at, limit, SKIP, offset);
}

/** The receiver has rebuilt this range: it need not be sent again. */
export function writeRecovered(bytes: Uint8Array, at: number, limit: number, offset: number, length: number): number {
  if (at + 1 + varintBytes(offset) + varintBytes(length) > limit) return at;
  bytes[at] = RECOVERED;
  return writeVarint(bytes, writeVarint(bytes, at + 1, offset), length);
}

/** A reason that is too long is cut, between characters. */
export function writeClose(bytes: Uint8Array, at: number, limit: number, code: number, reason: string): number {
  const text = new Uint8Array(MAX_REASON_BYTES);
  const { written } = utf8.encodeInto(reason, text);
  if (at + 1 + varintBytes(code) + varintBytes(written) + written > limit) return at;
  bytes[at] = CLOSE;
  const next = writeVarint(bytes, writeVarint(bytes, at + 1, code), written);
  bytes.set(text.subarray(0, written), next);
  return next + written;
}

/** Of the frame, without its data. `head` 0: it begins where a message does; `length` -1: it is the last of the packet. */
export function dataFrameOverhead(offset: number, head: number, length: number): number {
  return 1 + varintBytes(offset) + (head > 0 ? varintBytes(head) : 0) + (length < 0 ? 0 : varintBytes(length));
}

/** Everything of a DATA frame but its data, which is not empty; see dataFrameOverhead() for `head` and `length`. */
export function writeDataHeader(bytes: Uint8Array, at: number, offset: number, head: number, length: number): number {
  bytes[at] = DATA | (head > 0 ? DATA_HEAD : 0) | (length < 0 ? 0 : DATA_LENGTH);
  let next = writeVarint(bytes, at + 1, offset);
  if (head > 0) next = writeVarint(bytes, next, head);
  return length < 0 ? next : writeVarint(bytes, next, length);
}

/** Of a REPAIR frame, without its `length` bytes. */
export function writeRepairHeader(bytes: Uint8Array, at: number, length: number): number {
  bytes[at] = REPAIR;
  return writeVarint(bytes, at + 1, length);
}

function writeOffset(bytes: Uint8Array, at: number, limit: number, type: number, offset: number): number {
  if (at + 1 + varintBytes(offset) > limit) return at;
  bytes[at] = type;
  return writeVarint(bytes, at + 1, offset);
}
