import { CRC_BYTES, writeChecksum } from '../../../../src/transports/rudp/wire/checksum.ts';
import {
  encodeAnswer,
  encodeChallenge,
  encodeHello,
  encodeVersions,
} from '../../../../src/transports/rudp/wire/handshake.ts';
import {
  type ConnectionId,
  LONG,
  MIN_HELLO_BYTES,
  SHORT,
  VERSION_1,
  writeShortHeader,
} from '../../../../src/transports/rudp/wire/packet.ts';
import { MODES, type Parameters } from '../../../../src/transports/rudp/wire/parameters.ts';
import { writeUint32 } from '../../../../src/transports/rudp/wire/varint.ts';
import { type Hints, writeHostileFrames } from './hostile-frames.ts';
import type { Random } from './random.ts';

const MOST_BYTES = 1472;

/** Of a connection of which nothing is known. */
const GUESS: Hints = {
  sent: 100,
  sentBytes: 1e5,
  receivedBytes: 1e5,
  credit: 1e6,
  stride: 100,
  skips: true,
  rude: 0.3,
};

export const anyId = (random: Random): ConnectionId => ({ hi: random.uint32(), lo: random.uint32() });

/** Whatever can be said, sensible or not. */
export function anyParameters(random: Random): Parameters {
  return {
    maxData: random.varint(),
    maxDatagram: Math.max(1200, random.varint()),
    idleTimeoutMs: random.varint(),
    maxAckDelayUs: random.chance(0.5) ? random.below(2 ** 14 * 1000) : random.varint(),
    mode: random.pick(MODES),
    checksum: random.chance(0.3),
    ...(random.chance(0.2) ? { fec: { k: random.between(1, 200), r: random.between(1, 55) } } : {}),
  };
}

/** Frames behind a well-formed header with this id, and a checksum where one is wanted. */
export function forged(
  random: Random,
  id: ConnectionId,
  number: number,
  checksum: boolean,
  hints: Hints,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MOST_BYTES);
  const from = writeShortHeader(bytes, 0, id.hi, id.lo, number, random.between(1, 4), checksum);
  const most = bytes.length - CRC_BYTES;
  const limit = random.chance(0.5) ? most : random.between(from + 1, most);
  const to = writeHostileFrames(random, bytes, from, limit, hints);
  return bytes.slice(0, checksum ? writeChecksum(bytes, 0, to) : to);
}

/** The header of a short packet, and noise. */
export function shortNoise(random: Random, id: ConnectionId): Uint8Array<ArrayBuffer> {
  const bytes = random.bytes(random.between(1, random.chance(0.2) ? MOST_BYTES : 60));
  bytes[0] = random.chance(0.8) ? SHORT | random.below(16) : random.below(256);
  if (bytes.length >= 9) writeUint32(bytes, writeUint32(bytes, 1, id.hi), id.lo);
  return bytes;
}

/** A packet of the handshake, of any type, with random contents; often with what it needs to be looked at. */
export function anyLong(random: Random, destination: ConnectionId, source: ConnectionId): Uint8Array<ArrayBuffer> {
  const bytes = random.bytes(random.chance(0.3) ? random.between(MIN_HELLO_BYTES, MOST_BYTES) : random.between(1, 300));
  bytes[0] = LONG | (random.chance(0.9) ? random.between(1, 4) : random.below(128));
  if (bytes.length < 25) return bytes;
  let at = writeUint32(bytes, 1, random.chance(0.7) ? VERSION_1 : random.chance(0.5) ? 0 : random.uint32());
  const none = random.chance(0.3);
  for (const half of [destination.hi, destination.lo]) at = writeUint32(bytes, at, none ? 0 : half);
  for (const half of [source.hi, source.lo]) at = writeUint32(bytes, at, half);
  if (random.chance(0.5)) bytes.fill(0, at + random.below(20));
  if (random.chance(0.8)) writeChecksum(bytes, 0, bytes.length - CRC_BYTES);
  return bytes;
}

/** A well-formed one, whose contents are not true. */
export function liesOfHandshake(
  random: Random,
  destination: ConnectionId,
  source: ConnectionId,
): Uint8Array<ArrayBuffer> {
  const parameters = anyParameters(random);
  const cookie = random.bytes(random.chance(0.6) ? 24 : random.below(129));
  switch (random.below(4)) {
    case 0:
      return encodeHello(source, random.below(256), parameters);
    case 1:
      return encodeChallenge(destination, source, random.below(random.chance(0.5) ? 2 : 256), cookie, parameters);
    case 2:
      return encodeAnswer(destination, source, cookie, parameters);
    default:
      return encodeVersions(
        destination,
        Array.from({ length: random.between(1, 8) }, () => random.uint32()),
      );
  }
}

/** What somebody can send who has seen nothing of a connection. */
export function blind(random: Random): Uint8Array<ArrayBuffer> {
  switch (random.below(5)) {
    case 0:
      return random.bytes(random.between(0, random.chance(0.2) ? MOST_BYTES : 64));
    case 1:
      return shortNoise(random, anyId(random));
    case 2:
      return forged(random, anyId(random), random.varint(), random.chance(0.5), GUESS);
    case 3:
      return anyLong(random, anyId(random), anyId(random));
    default:
      return liesOfHandshake(random, anyId(random), anyId(random));
  }
}
