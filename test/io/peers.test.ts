import { expect, test } from 'vitest';
import { MAX_PEERS } from '../../src/io/datagram.ts';
import { PeerTable } from '../../src/io/peers.ts';

test('equal sources are one object, until too many have been heard: then all are forgotten', () => {
  const table = new PeerTable();
  const first = table.intern('198.18.0.1', 1);
  const rest = MAX_PEERS - 1;
  for (let i = 0; i < rest; i++) table.intern(`198.18.${1 + (i >> 8)}.${i & 255}`, 2);
  expect(table.intern('198.18.0.1', 1)).toBe(first);
  table.intern('198.19.0.1', 3);
  const again = table.intern('198.18.0.1', 1);
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
  expect(table.intern('198.18.0.1', 1)).toBe(again);
});
