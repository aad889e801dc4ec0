import { expect, test } from 'vitest';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { expectBalanced, expectBinomial } from '../../e2e/bounds.ts';
import { dial, hearing, MS, numbered, numbers, open, PORT, range, rig, START, send } from './hosts.ts';

test('a datagram arrives after the delay of its direction, and so does the answer', () => {
  const bench = rig('up: delay 20ms down: delay 7ms');
  const socket = dial(bench);
  const answers = hearing(bench.client, socket);
  bench.listener.onDatagrams = (batch, peer) => {
    expect(peer).toEqual(socket.local);
    bench.listener.send(batch.bytes, batch.offsets[0], batch.lengths[0], 1, peer);
  };
  send(socket, 5, 1);
  bench.network.loop.advance(1000 * MS);
  expect(answers).toMatchObject([{ at: START + 27 * MS, number: 5, from: `${bench.server.address} ${PORT}` }]);
});

test('a rate spaces datagrams by whole Ethernet frames', () => {
  const bench = rig('rate 8mbit');
  // 958 of payload and 42 of headers are 1 ms.
  send(dial(bench), 0, 3, 958);
  bench.network.loop.advance(10 * MS);
  expect(bench.heard.map(({ at }) => at - START)).toEqual([MS, 2 * MS, 3 * MS]);
});

test('what arrives at one instant from one peer comes in one batch of 64 at most; peers are not mixed, nor reordered', () => {
  const bench = rig('delay 1ms');
  const [one, two] = [dial(bench), dial(bench)];
  send(one, 0, 100);
  send(two, 100, 10);
  send(one, 110, 1, 9);
  bench.network.loop.advance(10 * MS);
  const perBatch = new Map<number, number>();
  for (const { batch } of bench.heard) perBatch.set(batch, (perBatch.get(batch) ?? 0) + 1);
  expect([...perBatch.values()]).toEqual([64, 36, 10, 1]);
  expect(numbers(bench.heard)).toEqual(range(0, 111));
  expect(new Set(bench.heard.slice(100, 110).map(({ from }) => from)).size).toBe(1);
});

test('hosts of one path share its bottleneck, and its account', () => {
  const bench = rig('rate 10mbit limit 50', { clients: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
  const sockets = bench.clients.map((client) => dial(bench, client));
  // 1 ms of the link each, three of them every 2 ms: half as much again as it carries.
  for (let i = 0; i < 1000; i++) {
    for (const socket of sockets) send(socket, i, 1, 1250 - 42);
    bench.network.loop.advance(2 * MS);
  }
  expect(bench.up.account()).toMatchObject({ packetsIn: 3000, lost: 0 });
  expectBalanced(bench.up.account());
  const { packetsOut, queueDropped } = bench.up.account();
  expect(packetsOut).toBe(bench.heard.length);
  // It was never idle; of the 50 that it holds at most, two have left since the last were offered.
  expect([packetsOut, queueDropped]).toEqual([2000, 3000 - 2000 - 48]);
  expect(new Set(bench.heard.map(({ from }) => from)).size).toBe(3);
  expect(bench.down.account().packetsIn).toBe(0);
});

test('without a link of its own a host’s datagrams arrive at the instant of sending, in a later turn', () => {
  const network = new SimNetwork();
  const [one, two] = [network.host('10.0.0.1'), network.host('10.0.0.2')];
  const listener = open(two, { local: { host: '0.0.0.0', port: PORT } });
  const heard = hearing(two, listener);
  const socket = open(one, { remote: { host: '10.0.0.2', port: PORT } });
  send(socket, 0, 3);
  expect(heard).toEqual([]);
  network.loop.advance(0);
  expect(heard.map(({ at, number }) => [at, number])).toEqual(range(0, 3).map((i) => [network.loop.now(), i]));
  expect(one.link.account()).toMatchObject({ packetsIn: 3, packetsOut: 3 });
});

test('equal seeds give equal runs, other seeds other ones, and the two directions are not alike', () => {
  const lost = (seed: number): string => {
    const bench = rig('delay 10ms 4ms loss 10% duplicate 1%', { seed });
    const socket = dial(bench);
    const answers = hearing(bench.client, socket);
    send(socket, 0, 500);
    send(bench.listener, 0, 500, 4, socket.local);
    bench.network.loop.advance(100 * MS);
    return JSON.stringify([bench.heard, answers].map((heard) => heard.map(({ at, number }) => [at, number])));
  };
  expect(lost(7)).toBe(lost(7));
  expect(lost(8)).not.toBe(lost(7));
  const [up, down] = JSON.parse(lost(7)) as unknown[];
  expect(up).not.toEqual(down);
});

test('the loss of the link is what does not arrive', () => {
  const bench = rig('delay 10ms loss 5%');
  const socket = dial(bench);
  for (let i = 0; i < 20_000; i += 100) {
    send(socket, i, 100);
    bench.network.loop.advance(MS);
  }
  bench.network.loop.advance(20 * MS);
  const account = bench.up.account();
  expectBalanced(account);
  expect(account.lost).toBe(20_000 - bench.heard.length);
  expectBinomial(account.lost, 20_000, 0.05);
});

test('a spoilt frame vanishes as a checksum would have it; a spoilt payload arrives', () => {
  for (const where of ['frame', 'payload'] as const) {
    const bench = rig(where === 'frame' ? 'corrupt 50%' : 'corrupt 50% payload');
    const socket = dial(bench);
    for (let i = 0; i < 200; i++) socket.send(new Uint8Array(50), 0, 50, 1);
    bench.network.loop.advance(MS);
    const spoilt = bench.heard.filter(({ bytes }) => bytes.some((byte) => byte !== 0)).length;
    const { corrupted, packetsOut } = bench.up.account();
    expect(packetsOut).toBe(200);
    expectBinomial(corrupted, 200, 0.5);
    expect([bench.heard.length, spoilt]).toEqual(where === 'frame' ? [200 - corrupted, 0] : [200, corrupted]);
  }
});

test('an account covers what is sent from the opening of its window on', () => {
  const bench = rig('delay 10ms');
  const socket = dial(bench);
  bench.up.window(START + 20 * MS, START + 40 * MS);
  for (const ms of [0, 15, 20, 30, 45]) bench.network.loop.after(ms * MS, () => send(socket, ms, 1));
  bench.network.loop.advance(50 * MS);
  const account = bench.up.account();
  expect(account).toMatchObject({ packetsIn: 3, heldBefore: 1, packetsOut: 3, held: 1, windowBytesIn: 2 * 46 });
  expectBalanced(account);
});

test('an address is taken once, and what leads nowhere is lost', () => {
  const bench = rig('delay 1ms');
  expect(() => bench.network.host(bench.client.address)).toThrow(RangeError);
  const socket = open(bench.client, {});
  socket.onError = (error) => {
    throw error;
  };
  expect(socket.send(numbered(0, 1), 0, 4, 1, { host: '203.0.113.9', port: 9 })).toBe(1);
  bench.network.loop.advance(10 * MS);
  expect(bench.up.account()).toMatchObject({ packetsIn: 1, packetsOut: 1 });
});
