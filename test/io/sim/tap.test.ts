import { expect, test } from 'vitest';
import { addressOf } from '../../../src/conformance/io/datagram-tools.ts';
import type { SimDatagram } from '../../../src/io/sim/tap.ts';
import { dial, hearing, MS, numbered, numbers, PORT, rig, START, send } from './hosts.ts';

/** What is lasting of a datagram. */
const told = ({ at, from, to, bytes }: SimDatagram) => [(at - START) / MS, from, to, bytes.length] as const;

test('it sees what is sent, lost or not, and what arrives, with times, ends and bytes', () => {
  const bench = rig('up: delay 10ms down: loss 100%');
  const socket = dial(bench);
  const [sent, arriving] = [[] as unknown[], [] as unknown[]];
  bench.network.tap = {
    sent: (datagram) => void sent.push(told(datagram)),
    arriving: (datagram) => void arriving.push(told(datagram)),
  };
  send(socket, 0, 2, 100);
  send(bench.listener, 0, 1, 50, socket.local);
  bench.network.loop.advance(20 * MS);
  const server = { host: bench.server.address, port: PORT };
  const up = (ms: number) => [ms, socket.local, server, 100];
  expect(sent).toEqual([up(0), up(0), [0, server, socket.local, 50]]);
  expect(arriving).toEqual([up(10), up(10)]);
  expect(bench.heard).toHaveLength(2);
});

test('it drops, alters, replaces and duplicates', () => {
  const bench = rig('delay 1ms');
  const socket = dial(bench);
  bench.network.tap = {
    arriving: ({ from, to, bytes }) => {
      const number = bytes[3];
      if (number === 0) return 'drop';
      if (number === 1) bytes[0] = 1;
      if (number === 2) return numbered(222, 1);
      if (number === 3) bench.network.inject(from, to, numbered(333, 1));
      return undefined;
    },
  };
  send(socket, 0, 5);
  bench.network.loop.advance(MS);
  expect(numbers(bench.heard)).toEqual([2 ** 24 + 1, 222, 333, 3, 4]);
  // The link has carried what was sent, whatever became of it.
  expect(bench.up.account().packetsOut).toBe(5);
});

test('what is injected seems to come from anywhere, and is heard by those alone that would hear it', () => {
  const bench = rig('delay 1ms');
  const socket = dial(bench);
  const heardByClient = hearing(bench.client, socket);
  const [server, client] = [addressOf(bench.listener), addressOf(socket)];
  const stranger = { host: '203.0.113.5', port: 53 };
  bench.network.inject(stranger, server, numbered(1, 1));
  bench.network.inject(stranger, client, numbered(2, 1));
  bench.network.inject(server, client, numbered(3, 1));
  bench.network.inject(server, { host: client.host, port: 9 }, numbered(4, 1));
  bench.network.loop.advance(0);
  expect(bench.heard).toMatchObject([{ number: 1, from: '203.0.113.5 53' }]);
  expect(numbers(heardByClient)).toEqual([3]);
});
