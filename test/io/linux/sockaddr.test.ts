import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { linuxSystemCalls } from '../../requirements.ts';

beforeEach(linuxSystemCalls);

const load = () => import('../../../src/io/linux/sockaddr.ts');
const port = fc.integer({ min: 0, max: 65_535 });
/** Many zero groups, which is where the text form has its rules. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
const hex = (values: number[]) => values.map((group) => group.toString(16)).join(':');
/** As RFC 5952 wants it; the WHATWG URL serialiser follows the same rules. */
const canonical = (host: string) => new URL(`http://[${host}]/`).hostname.slice(1, -1);

test('IPv4 addresses come back as they were, in the byte order of the network', async () => {
  const { encodeAddress, decodeAddress } = await load();
  fc.assert(
    fc.property(fc.ipV4(), port, (host, number) => {
      const { bytes, length, family } = encodeAddress({ host, port: number });
      expect([family, length]).toEqual([2, 16]);
      expect([...bytes.subarray(0, 8)]).toEqual([2, 0, number >> 8, number & 255, ...host.split('.').map(Number)]);
      expect(decodeAddress(bytes)).toEqual({ host, port: number });
    }),
  );
});

test('IPv6 addresses come back in the canonical form', async () => {
  const { encodeAddress, decodeAddress } = await load();
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), groups.map(hex)), port, (host, number) => {
      expect(isIPv6(host)).toBe(true);
      const { bytes, length, family } = encodeAddress({ host, port: number });
      expect([family, length]).toEqual([10, 28]);
      expect(decodeAddress(bytes)).toEqual({ host: canonical(host), port: number });
    }),
    { numRuns: 1000 },
  );
});

test('groups are written in the byte order of the network', async () => {
  const { encodeAddress } = await load();
  fc.assert(
    fc.property(groups, (values) => {
      const { bytes } = encodeAddress({ host: hex(values), port: 1 });
      expect([...bytes.subarray(8, 24)]).toEqual(values.flatMap((group) => [group >> 8, group & 255]));
    }),
  );
});

test.each([
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['0:0:1:0:0:0:1:0', '0:0:1::1:0'],
  ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['0:1:2:3:4:5:6:0', '0:1:2:3:4:5:6:0'],
  ['FD00::A', 'fd00::a'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['10:0:0:0:0:0:0:10', '10::10'],
])('%s reads back as %s', async (host, expected) => {
  const { encodeAddress, decodeAddress } = await load();
  expect(decodeAddress(encodeAddress({ host, port: 7 }).bytes)).toEqual({ host: expected, port: 7 });
});

test('an address is decoded where it lies', async () => {
  const { encodeAddress, decodeAddress } = await load();
  const bytes = new Uint8Array(64);
  bytes.set(encodeAddress({ host: 'fd00::7', port: 4242 }).bytes, 32);
  expect(decodeAddress(bytes, 32)).toEqual({ host: 'fd00::7', port: 4242 });
});

test('names and zones are refused with what is accepted', async () => {
  const { encodeAddress } = await load();
  for (const host of ['localhost', '', '1.2.3', '1.2.3.4.5', '::1::', 'fe80::1%lo', '[::1]']) {
    expect(isIPv4(host)).toBe(false);
    expect(() => encodeAddress({ host, port: 1 })).toThrow(`'${host}' is neither a numeric IPv4 or IPv6 address`);
  }
});

test('the kernel says where a socket was bound', async () => {
  const { encodeAddress, localAddress } = await load();
  const { AF_INET, addressOf, check, libc, SOCK_DGRAM } = await import('../../../src/io/linux/libc.ts');
  const fd = check(libc.socket(AF_INET, SOCK_DGRAM, 0), 'socket');
  try {
    const name = encodeAddress({ host: '127.0.0.1', port: 0 });
    check(libc.bind(fd, addressOf(name.bytes), name.length), 'bind');
    const { host, port: bound } = localAddress(fd);
    expect(host).toBe('127.0.0.1');
    expect(bound).toBeGreaterThan(0);
  } finally {
    libc.close(fd);
  }
});
