import { CRC_BYTES, checksumOk, writeChecksum } from './checksum.ts';
import {
  ANSWER,
  CHALLENGE,
  CID_BYTES,
  type ConnectionId,
  HELLO,
  LONG,
  MIN_HELLO_BYTES,
  VERSION_1,
  VERSIONS,
} from './packet.ts';
import { type Parameters, readParameters, writeParameters } from './parameters.ts';
import { Reader, writeUint32, writeVarint } from './varint.ts';

export const MAX_COOKIE_BYTES = 128;

/** A client wants to open a connection. */
export interface Hello {
  readonly type: 'hello';
  readonly source: ConnectionId;
  /** Counts the client's HELLOs, modulo 256. */
  readonly attempt: number;
  readonly parameters: Parameters;
}

/** A client speaks another version: the server answers with those that it speaks. */
export interface UnknownHello {
  readonly type: 'unknown-version';
  readonly version: number;
  readonly source: ConnectionId;
}

/** The server agrees, if the client can prove where it is. */
export interface Challenge {
  readonly type: 'challenge';
  readonly destination: ConnectionId;
  /** What the server has chosen for itself. */
  readonly source: ConnectionId;
  /** Of the HELLO that it answers. */
  readonly attempt: number;
  readonly cookie: Uint8Array;
  readonly parameters: Parameters;
}

/** The client proves it. */
export interface Answer {
  readonly type: 'answer';
  readonly destination: ConnectionId;
  readonly source: ConnectionId;
  readonly cookie: Uint8Array;
  readonly parameters: Parameters;
}

export interface Versions {
  readonly type: 'versions';
  readonly destination: ConnectionId;
  readonly versions: readonly number[];
}

export type LongPacket = Hello | UnknownHello | Challenge | Answer | Versions;

/** Everything before the body. */
const HEADER_BYTES = 1 + 4 + 2 * CID_BYTES;
/** Longer than all but a HELLO: 21 of header, 128 of cookie, 64 of parameters, 7 around them. */
const MAX_BYTES = 256;
const NO_CID: ConnectionId = { hi: 0, lo: 0 };

/** Padded, so that the answer to a forged address is smaller than what was sent to get it. */
export function encodeHello(source: ConnectionId, attempt: number, parameters: Parameters): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MIN_HELLO_BYTES);
  const at = writeHeader(bytes, HELLO, VERSION_1, NO_CID, source);
  bytes[at] = attempt;
  writeParameters(bytes, at + 1, parameters);
  writeChecksum(bytes, 0, bytes.length - CRC_BYTES);
  return bytes;
}

/** `destination` is the client, `attempt` that of its HELLO, `cookie` of 128 bytes at most. */
export function encodeChallenge(
  destination: ConnectionId,
  source: ConnectionId,
  attempt: number,
  cookie: Uint8Array,
  parameters: Parameters,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MAX_BYTES);
  const at = writeHeader(bytes, CHALLENGE, VERSION_1, destination, source);
  bytes[at] = attempt;
  return finish(bytes, writeParameters(bytes, writeCookie(bytes, at + 1, cookie), parameters));
}

/** `destination` is the server, `cookie` what it sent. */
export function encodeAnswer(
  destination: ConnectionId,
  source: ConnectionId,
  cookie: Uint8Array,
  parameters: Parameters,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MAX_BYTES);
  const at = writeHeader(bytes, ANSWER, VERSION_1, destination, source);
  return finish(bytes, writeParameters(bytes, writeCookie(bytes, at, cookie), parameters));
}

/** `destination` is the client; at least one version, and no more than fifty. */
export function encodeVersions(
  destination: ConnectionId,
  versions: readonly number[] = [VERSION_1],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MAX_BYTES);
  let at = writeHeader(bytes, VERSIONS, 0, destination, NO_CID);
  for (const version of versions) at = writeUint32(bytes, at, version);
  return finish(bytes, at);
}

/**
 * The packet of the handshake that is bytes[from..to), a whole datagram; `view` is of the same memory, the packet keeps
 * none of it. Undefined for everything that has to be dropped.
 */
export function parseLong(bytes: Uint8Array, view: DataView, from: number, to: number): LongPacket | undefined {
  if (to - from < HEADER_BYTES + CRC_BYTES || (bytes[from] & LONG) === 0) return undefined;
  const type = bytes[from] & ~LONG;
  const version = view.getUint32(from + 1);
  const destination = { hi: view.getUint32(from + 5), lo: view.getUint32(from + 9) };
  const source = { hi: view.getUint32(from + 13), lo: view.getUint32(from + 17) };
  const isHello = type === HELLO;
  // Looked at before the checksum, which costs more.
  if (isHello && to - from < MIN_HELLO_BYTES) return undefined;
  if (!checksumOk(bytes, from, to)) return undefined;
  const body = new Reader();
  body.reset(bytes, view, from + HEADER_BYTES, to - CRC_BYTES);
  if (type === VERSIONS) return version === 0 && isNone(source) ? parseVersions(destination, body) : undefined;
  if (isHello && version !== 0 && version !== VERSION_1) return { type: 'unknown-version', version, source };
  if (version !== VERSION_1) return undefined;
  if (isHello) return isNone(destination) ? parseHello(source, body) : undefined;
  if (type === CHALLENGE) return parseChallenge(destination, source, body);
  return type === ANSWER ? parseAnswer(destination, source, body) : undefined;
}

function parseHello(source: ConnectionId, body: Reader): Hello | undefined {
  const attempt = body.u8();
  const parameters = readParameters(body);
  // Whatever else is there is padding.
  return parameters && { type: 'hello', source, attempt, parameters };
}

function parseChallenge(destination: ConnectionId, source: ConnectionId, body: Reader): Challenge | undefined {
  const attempt = body.u8();
  const cookie = readCookie(body);
  const parameters = readParameters(body);
  if (!cookie || !parameters || body.at !== body.end) return undefined;
  return { type: 'challenge', destination, source, attempt, cookie, parameters };
}

function parseAnswer(destination: ConnectionId, source: ConnectionId, body: Reader): Answer | undefined {
  const cookie = readCookie(body);
  const parameters = readParameters(body);
  if (!cookie || !parameters || body.at !== body.end) return undefined;
  return { type: 'answer', destination, source, cookie, parameters };
}

function parseVersions(destination: ConnectionId, body: Reader): Versions | undefined {
  const versions: number[] = [];
  while (body.ok && body.at < body.end) versions.push(body.u32());
  return body.ok && versions.length > 0 ? { type: 'versions', destination, versions } : undefined;
}

function writeHeader(
  bytes: Uint8Array,
  type: number,
  version: number,
  destination: ConnectionId,
  source: ConnectionId,
): number {
  bytes[0] = LONG | type;
  let at = writeUint32(bytes, 1, version);
  for (const half of [destination.hi, destination.lo, source.hi, source.lo]) at = writeUint32(bytes, at, half);
  return at;
}

function writeCookie(bytes: Uint8Array, at: number, cookie: Uint8Array): number {
  const next = writeVarint(bytes, at, cookie.length);
  bytes.set(cookie, next);
  return next + cookie.length;
}

function readCookie(body: Reader): Uint8Array | undefined {
  const length = body.varint();
  const at = body.at;
  body.skip(length);
  return body.ok && length <= MAX_COOKIE_BYTES ? body.bytes.slice(at, at + length) : undefined;
}

/** Of its own memory, so that it can be handed to whoever sends it. */
function finish(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, writeChecksum(bytes, 0, at));
}

const isNone = (cid: ConnectionId): boolean => cid.hi === 0 && cid.lo === 0;
