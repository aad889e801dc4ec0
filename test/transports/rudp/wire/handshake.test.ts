import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../../src/stats/xoshiro.ts';
import { writeChecksum } from '../../../../src/transports/rudp/wire/checksum.ts';
import {
  encodeAnswer,
  encodeChallenge,
  encodeHello,
  encodeVersions,
  type LongPacket,
  parseLong,
} from '../../../../src/transports/rudp/wire/handshake.ts';
import { VERSION_1 } from '../../../../src/transports/rudp/wire/packet.ts';
import { MODES, type Parameters } from '../../../../src/transports/rudp/wire/parameters.ts';

const parse = (bytes: Uint8Array, from = 0, to: number = bytes.length): LongPacket | undefined =>
  parseLong(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to);

/** With the checksum made right again. */
function changed(packet: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = packet.slice();
  change(bytes);
  writeChecksum(bytes, 0, bytes.length - 4);
  return bytes;
}

const CLIENT = { hi: 0x8394c8f0, lo: 0x3e515708 };
const SERVER = { hi: 0xf067a550, lo: 0x2a4262b5 };
const COOKIE = Uint8Array.from({ length: 24 }, (_, i) => i);
const PARAMETERS: Parameters = {
  maxData: 1_048_576,
  maxDatagram: 1472,
  idleTimeoutMs: 30_000,
  maxAckDelayUs: 25_000,
  mode: 'ordered',
  checksum: false,
};

const anyCid = fc.record({
  hi: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  lo: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
const byte = fc.integer({ min: 0, max: 255 });
const anyCookie = fc.uint8Array({ maxLength: 128 });
const positive = fc.integer({ min: 1, max: 255 });
const anyParameters: fc.Arbitrary<Parameters> = fc
  .tuple(
    fc.record({
      maxData: fc.maxSafeNat(),
      maxDatagram: fc.integer({ min: 1200, max: 65_527 }),
      idleTimeoutMs: fc.maxSafeNat(),
      maxAckDelayUs: fc.nat({ max: 2 ** 14 * 1000 - 1 }),
      mode: fc.constantFrom(...MODES),
      checksum: fc.boolean(),
    }),
    fc.option(fc.record({ k: positive, r: positive }), { nil: undefined }),
  )
  .map(([parameters, fec]) => (fec ? { ...parameters, fec } : parameters));

describe('the handshake', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyCid, anyCid, byte, anyCookie, anyParameters, (client, server, attempt, cookie, parameters) => {
        const hello = encodeHello(client, attempt, parameters);
        const challenge = encodeChallenge(client, server, attempt, cookie, parameters);
        const answer = encodeAnswer(server, client, cookie, parameters);
        expect(parse(hello)).toEqual({ type: 'hello', source: client, attempt, parameters });
        expect(parse(challenge)).toEqual({
          type: 'challenge',
          destination: client,
          source: server,
          attempt,
          cookie,
          parameters,
        });
        expect(parse(answer)).toEqual({ type: 'answer', destination: server, source: client, cookie, parameters });
        expect(hello.length).toBe(1200);
        expect(challenge.length).toBeLessThan(300);
      }),
    );
  });

  it('is read where it lies', () => {
    const answer = encodeAnswer(SERVER, CLIENT, COOKIE, PARAMETERS);
    const bytes = new Uint8Array(answer.length + 30).fill(0xff);
    bytes.set(answer, 13);
    const packet = parse(bytes, 13, 13 + answer.length);
    expect(packet).toEqual(parse(answer));
    bytes.fill(0);
    expect(packet).toEqual(parse(answer));
  });

  it('is dropped when one bit of it is turned, or its end is missing', () => {
    const versions = encodeVersions(CLIENT);
    const challenge = encodeChallenge(CLIENT, SERVER, 0, COOKIE, PARAMETERS);
    for (const packet of [versions, challenge]) {
      for (let bit = 0; bit < 8 * packet.length; bit++) {
        const bytes = packet.slice();
        bytes[bit >> 3] ^= 1 << (bit & 7);
        if (parse(bytes)) expect.fail(`bit ${bit} does not matter`);
      }
      for (let size = 0; size < packet.length; size++) expect(parse(packet, 0, size)).toBeUndefined();
    }
  });

  it('never throws, whatever it is sent with a checksum that is right', () => {
    const random = seeded(1);
    const below = (limit: number): number => Math.floor(random() * limit);
    const packets = [
      encodeVersions(CLIENT, [VERSION_1, 7]),
      encodeHello(CLIENT, 0, PARAMETERS),
      encodeChallenge(CLIENT, SERVER, 0, COOKIE, PARAMETERS),
      encodeAnswer(SERVER, CLIENT, COOKIE, { ...PARAMETERS, fec: { k: 10, r: 2 } }),
    ];
    let parsed = 0;
    for (let i = 0; i < 4000; i++) {
      const packet = packets[i % packets.length];
      const cut = below(4) === 0 ? packet.slice(0, 4 + below(packet.length - 3)) : packet;
      const bytes = changed(cut, (copy) => {
        for (let left = 1 + below(3); left > 0; left--) copy[below(Math.min(copy.length, 100))] = below(256);
      });
      if (parse(bytes)) parsed++;
    }
    expect(parsed).toBeGreaterThan(100);
    expect(parsed).toBeLessThan(3900);
  });

  it('has no other types', () => {
    const challenge = encodeChallenge(CLIENT, SERVER, 0, COOKIE, PARAMETERS);
    for (let first = 0; first < 256; first++) {
      const packet = parse(
        changed(challenge, (bytes) => {
          bytes[0] = first;
        }),
      );
      expect([first, packet?.type]).toEqual([first, first === 0x82 ? 'challenge' : undefined]);
    }
  });
});

describe('HELLO', () => {
  const hello = encodeHello(CLIENT, 1, PARAMETERS);

  it('of less than 1200 bytes is dropped, a longer one is not', () => {
    const longer = new Uint8Array(1300);
    longer.set(hello.subarray(0, 200));
    expect(parse(changed(longer, () => {}))).toEqual(parse(hello));
    expect(parse(changed(hello.slice(0, 1199), () => {}))).toBeUndefined();
  });

  it('of another version says so', () => {
    const other = changed(hello, (bytes) => bytes.set([0x0a, 0x0b, 0x0c, 0x0d], 1));
    expect(parse(other)).toEqual({ type: 'unknown-version', version: 0x0a0b0c0d, source: CLIENT });
    expect(parse(changed(hello, (bytes) => bytes.set([0, 0, 0, 0], 1)))).toBeUndefined();
    expect(parse(changed(other.slice(0, 1199), () => {}))).toBeUndefined();
  });

  it('that claims to know the server is dropped', () => {
    expect(parse(changed(hello, (bytes) => bytes.set([1], 12)))).toBeUndefined();
  });
});

describe('other packets of the handshake', () => {
  it('of another version are dropped', () => {
    const answer = encodeAnswer(SERVER, CLIENT, COOKIE, PARAMETERS);
    expect(parse(changed(answer, (bytes) => bytes.set([2], 4)))).toBeUndefined();
  });

  it('with something behind the parameters are dropped', () => {
    for (const packet of [
      encodeAnswer(SERVER, CLIENT, COOKIE, PARAMETERS),
      encodeChallenge(CLIENT, SERVER, 0, COOKIE, PARAMETERS),
    ]) {
      const longer = new Uint8Array(packet.length + 1);
      longer.set(packet.subarray(0, -4));
      expect(parse(changed(packet, () => {}))).toBeDefined();
      expect(parse(changed(longer, () => {}))).toBeUndefined();
    }
  });

  it('list versions, of which there is one at least', () => {
    const versions = [VERSION_1, 0xffff_ffff];
    expect(parse(encodeVersions(CLIENT, versions))).toEqual({ type: 'versions', destination: CLIENT, versions });
    expect(parse(encodeVersions(CLIENT, []))).toBeUndefined();
  });

  it('with cookies of more than 128 bytes are dropped', () => {
    expect(parse(encodeAnswer(SERVER, CLIENT, new Uint8Array(128), PARAMETERS))?.type).toBe('answer');
    expect(parse(encodeAnswer(SERVER, CLIENT, new Uint8Array(129), PARAMETERS))).toBeUndefined();
  });
});
