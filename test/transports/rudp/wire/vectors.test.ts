import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checksumOk, writeChecksum } from '../../../../src/transports/rudp/wire/checksum.ts';
import { FrameParser } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import {
  encodeAnswer,
  encodeChallenge,
  encodeHello,
  encodeVersions,
  parseLong,
} from '../../../../src/transports/rudp/wire/handshake.ts';
import {
  type ConnectionId,
  decodePacketNumber,
  packetNumberBytes,
  ShortHeader,
  writeShortHeader,
} from '../../../../src/transports/rudp/wire/packet.ts';
import type { Parameters } from '../../../../src/transports/rudp/wire/parameters.ts';
import { Reader, writeVarint } from '../../../../src/transports/rudp/wire/varint.ts';
import { type Frame, RecordingSink } from './recording-sink.ts';
import { writeFrame } from './write-frame.ts';

type Long =
  | { packet: 'hello'; source: string; attempt: number; parameters: Parameters }
  | {
      packet: 'challenge';
      destination: string;
      source: string;
      attempt: number;
      cookie: string;
      parameters: Parameters;
    }
  | { packet: 'answer'; destination: string; source: string; cookie: string; parameters: Parameters }
  | { packet: 'versions'; destination: string; versions: number[] };
interface Short {
  packet: 'short';
  destination: string;
  number: number;
  numberBytes: number;
  checksum: boolean;
  frames: Frame[];
}
interface Vectors {
  varints: { value: number; bytes: string; malformed?: string }[];
  packetNumbers: { number: number; largest_acked: number; largest_received: number; bytes: string }[];
  packets: ((Long | Short) & { bytes: string })[];
  malformed: { bytes: string; why: string }[];
}

const section = readFileSync(new URL('../../../../docs/rudp.md', import.meta.url), 'utf8')
  .split('\n## ')
  .find((part) => part.startsWith('Test vectors'));
const vectors: Vectors = Object.assign(
  {},
  ...[...(section ?? '').matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json)),
);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const expanded = (text: string): string =>
  text.replaceAll(' ', '').replace(/00\{(\d+)\}/g, (_, zeros) => '00'.repeat(Number(zeros)));
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(expanded(text), 'hex'));
const cidOf = (text: string): ConnectionId => ({
  hi: Number.parseInt(text.slice(0, 8), 16),
  lo: Number.parseInt(text.slice(8), 16),
});

function encodeLong(packet: Long): Uint8Array {
  switch (packet.packet) {
    case 'hello':
      return encodeHello(cidOf(packet.source), packet.attempt, packet.parameters);
    case 'challenge': {
      const { destination, source, attempt, cookie, parameters } = packet;
      return encodeChallenge(cidOf(destination), cidOf(source), attempt, bytesOf(cookie), parameters);
    }
    case 'answer':
      return encodeAnswer(cidOf(packet.destination), cidOf(packet.source), bytesOf(packet.cookie), packet.parameters);
    case 'versions':
      return encodeVersions(cidOf(packet.destination), packet.versions);
  }
}

function encodeShort(packet: Short): Uint8Array {
  const bytes = new Uint8Array(1500);
  const { hi, lo } = cidOf(packet.destination);
  let at = writeShortHeader(bytes, 0, hi, lo, packet.number, packet.numberBytes, packet.checksum);
  packet.frames.forEach((frame, i) => {
    at = writeFrame(bytes, at, bytes.length, frame, i === packet.frames.length - 1);
  });
  if (packet.checksum) at = writeChecksum(bytes, 0, at);
  return bytes.slice(0, at);
}

function expectShort(bytes: Uint8Array, packet: Short): void {
  const header = new ShortHeader();
  expect(header.parse(bytes, viewOf(bytes), 0, bytes.length)).toBe(true);
  expect({ hi: header.cidHi, lo: header.cidLo }).toEqual(cidOf(packet.destination));
  expect([header.packetNumberBytes, header.checksum]).toEqual([packet.numberBytes, packet.checksum]);
  expect(decodePacketNumber(header.truncated, header.packetNumberBytes, packet.number)).toBe(packet.number);
  if (packet.checksum) expect(checksumOk(bytes, 0, bytes.length)).toBe(true);
  const sink = new RecordingSink(bytes);
  expect(new FrameParser().parse(bytes, viewOf(bytes), header.frames, header.end, sink)).toBe(true);
  expect(sink.frames).toEqual(packet.frames);
}

describe('the test vectors of docs/rudp.md', () => {
  it('are there, of every kind', () => {
    const kinds = new Set(vectors.packets.map(({ packet }) => packet));
    expect([...kinds]).toEqual(['hello', 'challenge', 'answer', 'versions', 'short']);
    expect(vectors.malformed.length).toBeGreaterThan(0);
  });

  it.each(vectors.varints)('hold for the varint $bytes', ({ value, bytes, malformed }) => {
    const wire = bytesOf(bytes);
    const reader = new Reader();
    reader.reset(wire, viewOf(wire), 0, wire.length);
    expect([reader.varint(), reader.ok]).toEqual(malformed ? [0, false] : [value, true]);
    if (malformed) return;
    const written = new Uint8Array(8);
    expect(hex(written.subarray(0, writeVarint(written, 0, value)))).toBe(bytes);
  });

  it.each(vectors.packetNumbers)('hold for the packet number $number', (vector) => {
    const size = packetNumberBytes(vector.number, vector.largest_acked);
    const written = new Uint8Array(20);
    const to = writeShortHeader(written, 0, 0, 0, vector.number, size, false);
    expect(hex(written.subarray(9, to))).toBe(vector.bytes);
    const truncated = Number.parseInt(vector.bytes, 16);
    expect(decodePacketNumber(truncated, vector.bytes.length / 2, vector.largest_received + 1)).toBe(vector.number);
  });

  it.each(vectors.packets)('hold for $packet $bytes', ({ bytes, ...packet }) => {
    const wire = bytesOf(bytes);
    if (packet.packet === 'short') {
      expect(hex(encodeShort(packet))).toBe(expanded(bytes));
      expectShort(wire, packet);
      return;
    }
    expect(hex(encodeLong(packet))).toBe(expanded(bytes));
    const { packet: type, ...fields } = packet;
    const ids = Object.entries(fields).map(([name, value]): [string, unknown] => {
      if (name === 'source' || name === 'destination') return [name, cidOf(String(value))];
      return [name, name === 'cookie' ? bytesOf(String(value)) : value];
    });
    expect(parseLong(wire, viewOf(wire), 0, wire.length)).toEqual({ type, ...Object.fromEntries(ids) });
  });

  it.each(vectors.malformed)('hold for what is malformed: $why ($bytes)', ({ bytes }) => {
    const wire = bytesOf(bytes);
    const sink = new RecordingSink(wire);
    expect(new FrameParser().parse(wire, viewOf(wire), 0, wire.length, sink)).toBe(false);
    expect(sink.frames).toEqual([]);
    expect(new FrameParser().parse(wire, viewOf(wire), 0, 1, sink)).toBe(true);
  });
});
