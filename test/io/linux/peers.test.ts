import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { MAX_PEERS, type Peer } from '../../../src/io/datagram.ts';
import { linuxSystemCalls } from '../../requirements.ts';

beforeEach(linuxSystemCalls);

test('equal sources are one object, different ones are not, in whatever order they are heard', async () => {
  const { PeerTable } = await import('../../../src/io/linux/peers.ts');
  const { encodeAddress } = await import('../../../src/io/linux/sockaddr.ts');
  const address = fc.record({
    host: fc.constantFrom('127.0.0.1', '127.0.0.2', '::1', 'fd00::7'),
    port: fc.constantFrom(1, 2, 258),
  });
  fc.assert(
    fc.property(fc.array(address), (heard) => {
      const table = new PeerTable();
      const known = new Map<string, Peer>();
      // Left over from an address of the other family: the kernel writes 16 or 28 bytes.
      const names = new Uint8Array(64).fill(0xee);
      for (const one of heard) {
        const { bytes, length } = encodeAddress(one);
        names.set(bytes.subarray(0, length), 32);
        const peer = table.at(names, 32, length);
        expect(peer).toEqual(one);
        const key = `${one.host} ${one.port}`;
        expect(known.get(key) ?? peer).toBe(peer);
        known.set(key, peer);
      }
    }),
  );
});

test('when too many sources have been heard all are forgotten', async () => {
  const { PeerTable } = await import('../../../src/io/linux/peers.ts');
  const { encodeAddress } = await import('../../../src/io/linux/sockaddr.ts');
  const table = new PeerTable();
  const hear = (host: string): Peer => {
    const { bytes, length } = encodeAddress({ host, port: 7 });
    return table.at(bytes, 0, length);
  };
  const first = hear('198.18.0.1');
  for (let i = 1; i < MAX_PEERS; i++) hear(`198.19.${i >> 8}.${i & 255}`);
  expect(hear('198.18.0.1')).toBe(first);
  hear('198.20.0.1');
  expect(hear('198.18.0.1')).not.toBe(first);
  expect(hear('198.18.0.1')).toEqual(first);
});
