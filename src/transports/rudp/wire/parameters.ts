import { Reader, varintBytes, writeVarint } from './varint.ts';

/** What becomes of the messages that an endpoint sends: the order in which they count. */
export const MODES = ['ordered', 'unordered', 'sequenced', 'deadline'] as const;
export type Mode = (typeof MODES)[number];

/** What an endpoint announces of itself in the handshake. */
export interface Parameters {
  /** Takes data below this offset, until MAX_DATA says more. */
  readonly maxData: number;
  /** Largest UDP payload that it takes, in bytes; 1200 at least. */
  readonly maxDatagram: number;
  readonly idleTimeoutMs: number;
  /** Less than 2^14 ms. */
  readonly maxAckDelayUs: number;
  /** Of what it sends. */
  readonly mode: Mode;
  /** Puts a checksum on every packet, and takes none without. */
  readonly checksum: boolean;
  /** It sends `r` repair packets for every `k` packets of data, both in 1..255. */
  readonly fec?: Fec;
}

export interface Fec {
  readonly k: number;
  readonly r: number;
}

const MAX_DATA = 1;
const MAX_DATAGRAM = 2;
const IDLE_TIMEOUT_MS = 3;
const MAX_ACK_DELAY_US = 4;
const MODE = 5;
const CHECKSUM = 6;
const FEC = 7;

/** What every datagram may hold, so that packets of this size need no announcement. */
export const MIN_DATAGRAM_BYTES = 1200;
/** As in RFC 9000, 18.2: what is longer is invalid. Time-outs grow with it, the last ones of a connection too. */
const MAX_ACK_DELAY_LIMIT_US = 2 ** 14 * 1000;
/** More in one packet are an attack on the server's time. */
const MAX_PARAMETERS = 64;

/** Writes them in the order of their ids; returns where the next byte goes. They take less than 64 bytes. */
export function writeParameters(bytes: Uint8Array, at: number, parameters: Parameters): number {
  const { fec } = parameters;
  let next = writeVarint(bytes, at, fec ? 7 : 6);
  next = writeNumber(bytes, next, MAX_DATA, parameters.maxData);
  next = writeNumber(bytes, next, MAX_DATAGRAM, parameters.maxDatagram);
  next = writeNumber(bytes, next, IDLE_TIMEOUT_MS, parameters.idleTimeoutMs);
  next = writeNumber(bytes, next, MAX_ACK_DELAY_US, parameters.maxAckDelayUs);
  next = writeBytes(bytes, next, MODE, [MODES.indexOf(parameters.mode)]);
  next = writeBytes(bytes, next, CHECKSUM, [parameters.checksum ? 1 : 0]);
  return fec ? writeBytes(bytes, next, FEC, [fec.k, fec.r]) : next;
}

/** Reads them where `reader` stands. Undefined when one is missing (but fec), there twice, or not what it has to be. */
export function readParameters(reader: Reader): Parameters | undefined {
  const values = readValues(reader);
  if (!values) return undefined;
  const maxData = values.get(MAX_DATA)?.varint;
  const maxDatagram = values.get(MAX_DATAGRAM)?.varint;
  const idleTimeoutMs = values.get(IDLE_TIMEOUT_MS)?.varint;
  const maxAckDelayUs = values.get(MAX_ACK_DELAY_US)?.varint;
  const mode = MODES[single(values.get(MODE)) ?? MODES.length];
  const checksum = single(values.get(CHECKSUM));
  const fec = readFec(values.get(FEC));
  if (maxData === undefined || maxDatagram === undefined || maxDatagram < MIN_DATAGRAM_BYTES) return undefined;
  if (idleTimeoutMs === undefined || maxAckDelayUs === undefined || mode === undefined) return undefined;
  if (maxAckDelayUs >= MAX_ACK_DELAY_LIMIT_US) return undefined;
  if (fec === 'malformed' || (checksum !== 0 && checksum !== 1)) return undefined;
  const parameters = { maxData, maxDatagram, idleTimeoutMs, maxAckDelayUs, mode, checksum: checksum === 1 };
  return fec ? { ...parameters, fec } : parameters;
}

/** The bytes of a parameter, and what they say as a varint that fills them; undefined when they are none. */
interface Value {
  readonly bytes: Uint8Array;
  readonly varint: number | undefined;
}

function readValues(reader: Reader): Map<number, Value> | undefined {
  const values = new Map<number, Value>();
  const count = reader.varint();
  if (count > MAX_PARAMETERS) return undefined;
  for (let i = 0; i < count; i++) {
    const id = reader.varint();
    const length = reader.varint();
    const at = reader.at;
    reader.skip(length);
    if (!reader.ok || values.has(id)) return undefined;
    values.set(id, { bytes: reader.bytes.subarray(at, at + length), varint: wholeVarint(reader, at, at + length) });
  }
  return reader.ok ? values : undefined;
}

function wholeVarint(around: Reader, from: number, to: number): number | undefined {
  const reader = new Reader();
  reader.reset(around.bytes, around.view, from, to);
  const value = reader.varint();
  return reader.ok && reader.at === to ? value : undefined;
}

const single = (value: Value | undefined): number | undefined =>
  value?.bytes.length === 1 ? value.bytes[0] : undefined;

function readFec(value: Value | undefined): Fec | undefined | 'malformed' {
  if (!value) return undefined;
  const [k, r] = value.bytes;
  return value.bytes.length === 2 && k > 0 && r > 0 ? { k, r } : 'malformed';
}

function writeNumber(bytes: Uint8Array, at: number, id: number, value: number): number {
  return writeVarint(bytes, writeVarint(bytes, writeVarint(bytes, at, id), varintBytes(value)), value);
}

function writeBytes(bytes: Uint8Array, at: number, id: number, values: readonly number[]): number {
  const next = writeVarint(bytes, writeVarint(bytes, at, id), values.length);
  bytes.set(values, next);
  return next + values.length;
}
