import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowHash, invertBit, invertPayloadBit, markCongestion } from '../../src/wire/ethernet.ts';

interface Packet {
  readonly version: 4 | 6;
  readonly protocol: 'tcp' | 'udp';
  readonly addresses: Uint8Array;
  readonly ports: Uint8Array;
  readonly tos: number;
  readonly payload: Uint8Array;
  readonly checksum: boolean;
}

const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

const packet: fc.Arbitrary<Packet> = fc.record({
  version: fc.constantFrom(4 as const, 6 as const),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const),
  addresses: octets(32),
  ports: octets(4),
  tos: fc.nat({ max: 255 }),
  payload: fc.uint8Array({ minLength: 0, maxLength: 64 }),
  checksum: fc.boolean(),
});

/** The Internet checksum (RFC 1071), the slow way: 0 over what carries a right one. */
function checksumOf(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += 256 * bytes[i] + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const word = (value: number): number[] => [value >> 8, value & 255];
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

function transportHeader({ protocol, ports, payload }: Packet, checksum: number): number[] {
  if (protocol === 'udp') return [...ports, ...word(8 + payload.length), ...word(checksum)];
  return [...ports, ...zeros(8), 0x50, 0x18, ...word(1024), ...word(checksum), 0, 0];
}

function pseudoHeader(packet: Packet, length: number): number[] {
  const addresses = [...packet.addresses.subarray(0, packet.version === 4 ? 8 : 32)];
  return [...addresses, 0, packet.protocol === 'udp' ? 17 : 6, ...word(length)];
}

/** An Ethernet frame whose checksums are right; `padding` bytes stand behind the packet. */
function frameOf(packet: Packet, padding = 0): Uint8Array {
  const { version, protocol, payload, tos } = packet;
  const length = transportHeader(packet, 0).length + payload.length;
  const sum = checksumOf([...pseudoHeader(packet, length), ...transportHeader(packet, 0), ...payload]);
  const none = protocol === 'udp' && version === 4 && !packet.checksum;
  const segment = [...transportHeader(packet, none ? 0 : protocol === 'udp' && sum === 0 ? 0xffff : sum), ...payload];
  const number = protocol === 'udp' ? 17 : 6;
  const ip4 = (check: number): number[] => [
    ...[0x45, tos, ...word(20 + length), 0, 0, 0x40, 0, 64, number, ...word(check)],
    ...packet.addresses.subarray(0, 8),
  ];
  const ip6 = [0x60 | (tos >> 4), (tos & 15) << 4, 0, 0, ...word(length), number, 64, ...packet.addresses];
  const header = version === 4 ? ip4(checksumOf(ip4(0))) : ip6;
  const type = version === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  return Uint8Array.from([...zeros(12), ...type, ...header, ...segment, ...zeros(padding)]);
}

const headerBytes = ({ version, protocol }: Packet): number =>
  14 + (version === 4 ? 20 : 40) + (protocol === 'udp' ? 8 : 20);

const bitsBetween = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, i) => sum + (byte ^ b[i]).toString(2).replaceAll('0', '').length, 0);

/** Over the pseudo header and the segment: 0 when the transport's checksum is right. */
function segmentSum(frame: Uint8Array, packet: Packet): number {
  const segment = [...frame.subarray(packet.version === 4 ? 34 : 54, headerBytes(packet) + packet.payload.length)];
  return checksumOf([...pseudoHeader(packet, segment.length), ...segment]);
}

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const hashOf = (frame: Uint8Array): number => flowHash(frame, 0, frame.length);

test('a frame loses exactly one bit, anywhere', () => {
  fc.assert(
    fc.property(packet, fraction, (given, at) => {
      const before = frameOf(given);
      const after = before.slice();
      invertBit(after, 0, after.length, at);
      expect(bitsBetween(before, after)).toBe(1);
    }),
  );
});

test('a payload loses exactly one bit, and the checksum does not tell', () => {
  fc.assert(
    fc.property(packet, fraction, fc.nat({ max: 20 }), fc.nat({ max: 9 }), (given, at, padding, start) => {
      const before = frameOf(given, padding);
      const memory = new Uint8Array(start + before.length);
      memory.set(before, start);
      const done = invertPayloadBit(memory, start, before.length, at);
      const after = memory.subarray(start);
      expect(done).toBe(given.payload.length > 0);
      const payload = (frame: Uint8Array) => frame.subarray(headerBytes(given));
      expect(bitsBetween(payload(before), payload(after))).toBe(done ? 1 : 0);
      // What lies behind the packet is no payload.
      expect([...after.subarray(after.length - padding)]).toEqual(zeros(padding));
      const unchecked = given.protocol === 'udp' && given.version === 4 && !given.checksum;
      if (!unchecked) expect(segmentSum(after, given)).toBe(0);
      const checksumAt = headerBytes(given) - (given.protocol === 'udp' ? 2 : 4);
      const stays = [...before.keys()].filter(
        (i) => i < headerBytes(given) && i !== checksumAt && i !== checksumAt + 1,
      );
      expect(stays.every((i) => before[i] === after[i])).toBe(true);
    }),
  );
});

test('only packets of ECN-capable ends are marked, and their header checksum stays right', () => {
  fc.assert(
    fc.property(packet, (given) => {
      const before = frameOf(given);
      const after = before.slice();
      const capable = (given.tos & 3) !== 0;
      expect(markCongestion(after, 0, after.length)).toBe(capable);
      const tos = given.version === 4 ? after[15] : ((after[14] & 15) << 4) | (after[15] >> 4);
      expect(tos).toBe(capable ? given.tos | 3 : given.tos);
      if (given.version === 4) expect(checksumOf([...after.subarray(14, 34)])).toBe(0);
      const elsewhere = [...before.keys()].filter((i) => i !== 15 && i !== 24 && i !== 25);
      expect(elsewhere.every((i) => before[i] === after[i])).toBe(true);
    }),
  );
});

test('packets of one flow share a hash, whatever they carry', () => {
  fc.assert(
    fc.property(packet, fc.uint8Array({ maxLength: 64 }), (given, payload) => {
      expect(hashOf(frameOf({ ...given, payload }))).toBe(hashOf(frameOf(given)));
    }),
  );
});

test('flows spread over hashes', () => {
  const hashes = new Set<number>();
  for (let port = 0; port < 1000; port++) {
    const ports = Uint8Array.from([...word(40_000 + port), ...word(5201)]);
    const addresses = new Uint8Array(32);
    const flow: Packet = {
      version: 4,
      protocol: 'udp',
      addresses,
      ports,
      tos: 0,
      payload: new Uint8Array(8),
      checksum: true,
    };
    hashes.add(hashOf(frameOf(flow)) % 1024);
  }
  // 1,000 balls in 1,024 bins fill 638 on average, with a standard deviation of about 10.
  expect(hashes.size).toBeGreaterThan(580);
});

test('what is no IP packet is left alone', () => {
  const arp = Uint8Array.from([...zeros(12), 0x08, 0x06, ...zeros(46)]);
  const before = arp.slice();
  expect(invertPayloadBit(arp, 0, arp.length, 0.5)).toBe(false);
  expect(markCongestion(arp, 0, arp.length)).toBe(false);
  expect(hashOf(arp)).toBe(0);
  expect(arp).toEqual(before);
});

test('nothing behind the end of a frame is written, or makes a difference', () => {
  fc.assert(
    fc.property(packet, fc.nat({ max: 120 }), octets(150), octets(150), fraction, (given, length, one, two, at) => {
      const frame = frameOf(given).subarray(0, length);
      const results = [one, two].map((rest) => {
        const memory = rest.slice();
        memory.set(frame);
        const hash = flowHash(memory, 0, frame.length);
        const marked = markCongestion(memory, 0, frame.length);
        const inverted = invertPayloadBit(memory, 0, frame.length, at);
        expect(memory.subarray(frame.length)).toEqual(rest.subarray(frame.length));
        return { hash, marked, inverted, frame: [...memory.subarray(0, frame.length)] };
      });
      expect(results[0]).toEqual(results[1]);
      if (frame.length < (given.version === 4 ? 34 : 54)) {
        expect(results[0]).toMatchObject({ hash: 0, marked: false, inverted: false });
      }
    }),
  );
});

test('headers that say less than their fixed part has are none', () => {
  const given: Packet = {
    version: 4,
    protocol: 'tcp',
    addresses: new Uint8Array(32),
    ports: new Uint8Array(4),
    tos: 2,
    payload: new Uint8Array(8),
    checksum: true,
  };
  const shortTcp = frameOf(given);
  shortTcp[14 + 20 + 12] = 0x40;
  expect(invertPayloadBit(shortTcp, 0, shortTcp.length, 0.5)).toBe(false);
  const shortIp = frameOf(given);
  shortIp[14] = 0x44;
  expect(invertPayloadBit(shortIp, 0, shortIp.length, 0.5)).toBe(false);
  expect(markCongestion(shortIp, 0, shortIp.length)).toBe(false);
});
