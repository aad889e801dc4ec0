import { expect, test } from 'vitest';
import { addressOf } from '../../../src/conformance/io/datagram-tools.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { UserError } from '../../../src/record/errors.ts';
import { dial, errorsOf, MS, numbered, numbers, open, PORT, range, rig, START, send } from './hosts.ts';

test('where nobody listens, who is connected is told when the datagram gets there, and nobody else', () => {
  const bench = rig('delay 10ms');
  const nobody = { host: bench.server.address, port: PORT + 1 };
  const connected = open(bench.client, { remote: nobody });
  const errors = errorsOf(connected);
  const loose = open(bench.client, {});
  const others = errorsOf(loose);
  send(connected, 0, 3);
  send(loose, 0, 1, 4, nobody);
  bench.network.loop.advance(10 * MS - 1);
  expect(errors).toEqual([]);
  bench.network.loop.advance(1);
  expect(errors).toEqual(['ECONNREFUSED']);
  // The next one is told of anew.
  send(connected, 3, 1);
  bench.network.loop.advance(10 * MS);
  expect(errors).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  expect(others).toEqual([]);
});

test('a closed socket’s datagrams still arrive, its port is free at once, and it hears nothing more', () => {
  const bench = rig('delay 10ms');
  const socket = dial(bench);
  const local = addressOf(socket);
  let closed = 0;
  socket.onClose = () => closed++;
  socket.onDatagrams = () => {
    throw new Error('it has been closed');
  };
  send(bench.listener, 9, 1, 4, local);
  send(socket, 0, 2);
  socket.close();
  expect([closed, send(socket, 2, 1)]).toEqual([0, 0]);
  const heir = open(bench.client, { local });
  expect([closed, heir.local]).toEqual([1, local]);
  bench.network.loop.advance(20 * MS);
  expect(numbers(bench.heard)).toEqual([0, 1]);
  expect(closed).toBe(1);
});

test('a path MTU that shrinks in mid-flow swallows what is larger, or refuses it', () => {
  const bench = rig('delay 10ms');
  const socket = dial(bench);
  const errors = errorsOf(socket);
  const largest = 1280 - 28;
  const sendTwo = (first: number) => [send(socket, first, 1, largest), send(socket, first + 1, 2, largest + 1)];
  expect(bench.client.pathMtu()).toBe(1500);
  expect(sendTwo(0)).toEqual([1, 2]);
  bench.network.loop.advance(20 * MS);
  bench.up.mtu = 1280;
  expect(sendTwo(3)).toEqual([1, 2]);
  bench.network.loop.advance(20 * MS);
  expect(numbers(bench.heard)).toEqual([0, 1, 2, 3]);
  expect([bench.up.vanished, errors.length, bench.client.pathMtu()]).toEqual([2, 0, 1500]);
  bench.up.oversize = 'refuse';
  expect(sendTwo(6)).toEqual([1, 2]);
  bench.network.loop.advance(20 * MS);
  expect(numbers(bench.heard)).toEqual([0, 1, 2, 3, 6]);
  expect([errors, bench.up.vanished, bench.client.pathMtu()]).toEqual([['EMSGSIZE'], 2, 1280]);
  // The other direction has its own.
  expect(bench.server.pathMtu()).toBe(1500);
  expect(() => (bench.up.mtu = 1501)).toThrow(RangeError);
});

test('the interface takes 1500 bytes, IP and UDP headers included', () => {
  for (const [client, server, largest] of [
    ['10.0.0.1', '10.0.0.2', 1472],
    ['2001:db8::1', '2001:db8::2', 1452],
  ] as const) {
    const bench = rig('delay 1ms', { clients: [client], servers: [server] });
    const socket = dial(bench);
    const errors = errorsOf(socket);
    expect(send(socket, 0, 1, largest)).toBe(1);
    expect(send(socket, 1, 2, largest + 1)).toBe(2);
    bench.network.loop.advance(2 * MS);
    expect([numbers(bench.heard), errors]).toEqual([[0], ['EMSGSIZE']]);
    expect(bench.up.account()).toMatchObject({ packetsIn: 1, bytesIn: 1514 });
  }
});

test('what arrives at a host that is held up waits in the receive buffer, and is dropped beyond it', () => {
  const bench = rig('delay 1ms', { receiveBufferBytes: 1000 });
  const socket = dial(bench);
  bench.server.pause(50 * MS);
  send(socket, 0, 8, 100);
  bench.network.loop.advance(20 * MS);
  send(socket, 8, 7, 100);
  bench.network.loop.advance(29 * MS);
  expect([bench.heard.length, bench.listener.drops()]).toEqual([0, 5]);
  bench.network.loop.advance(MS);
  expect(numbers(bench.heard)).toEqual(range(0, 10));
  expect(bench.heard.every(({ at }) => at === START + 50 * MS)).toBe(true);
  send(socket, 15, 1, 100);
  bench.network.loop.advance(MS);
  expect([numbers(bench.heard).at(-1), bench.listener.drops()]).toEqual([15, 5]);
});

test('a pause can be made longer, and begins in the middle of a turn', () => {
  const bench = rig('delay 1ms');
  const socket = dial(bench);
  const heardAt: number[] = [];
  bench.listener.onDatagrams = () => {
    heardAt.push((bench.network.loop.now() - START) / MS);
    bench.server.pause(10 * MS);
  };
  const second = open(bench.server, { local: { host: '0.0.0.0', port: PORT + 1 } });
  second.onDatagrams = bench.listener.onDatagrams;
  const loose = open(bench.client, {});
  send(socket, 0, 1);
  send(loose, 0, 1, 4, { host: bench.server.address, port: PORT + 1 });
  bench.network.loop.advance(5 * MS);
  bench.server.pause(20 * MS);
  bench.network.loop.advance(100 * MS);
  expect(heardAt).toEqual([1, 25]);
});

test('answers without delay leave their turns to others', () => {
  const network = new SimNetwork(START);
  const { loop } = network;
  const host = network.host('10.0.0.1');
  const socket = open(host, { local: { host: host.address, port: PORT } });
  const seen: string[] = [];
  const go = (): void => {
    send(socket, 0, 1, 4, socket.local);
    loop.after(0, () => seen.push('timer'));
  };
  socket.onDatagrams = () => {
    seen.push('datagram');
    if (seen.length < 5) go();
  };
  go();
  loop.advance(0);
  expect(seen).toEqual(['datagram', 'timer', 'datagram', 'timer', 'datagram', 'timer']);
});

test('a full send buffer takes a part, and calls when half of it has gone through the interface', () => {
  const bench = rig('delay 1ms', { sendBufferBytes: 10_000, interfaceBps: 8e9 });
  const socket = dial(bench);
  const calls: number[] = [];
  socket.onWritable = () => calls.push(bench.network.loop.now() - START);
  expect(send(socket, 0, 12, 1000)).toBe(10);
  expect(send(socket, 10, 1, 1000)).toBe(0);
  bench.network.loop.advance(MS);
  // 1 byte per ns, rounded up to be on the safe side.
  expect(calls).toEqual([5001]);
  expect(send(socket, 10, 10, 1000)).toBe(10);
  bench.network.loop.advance(2 * MS);
  expect(numbers(bench.heard)).toEqual(range(0, 20));
  expect(calls).toHaveLength(1);
  expect(socket.settings()).toMatchObject({ send_buffer_bytes: 10_000 });
});

test('a send that never ends at one instant is held back by a send buffer alone', () => {
  const bench = rig('delay 1ms rate 100mbit', { sendBufferBytes: 100_000 });
  const socket = dial(bench);
  let taken = 0;
  const go = (): void => {
    for (let now = 1; now > 0; taken += now) now = send(socket, 0, 50, 1400);
  };
  socket.onWritable = go;
  go();
  bench.network.loop.advance(10 * MS);
  // 10 Gbit/s for 10 ms are 12.5 MB, of 1,400 bytes each, plus the buffer's 71; one turn more or less.
  expect(taken).toBeGreaterThan(8928 - 71);
  expect(taken).toBeLessThan(8928 + 2 * 71);
});

test('addresses that are not the host’s, and datagrams to nobody, are refused as by a kernel', () => {
  const bench = rig('delay 1ms');
  const foreign = bench.client.datagram({ local: { host: bench.server.address, port: 0 } });
  const codes: unknown[] = [];
  foreign.onClose = (error) => codes.push((error as NodeJS.ErrnoException).code);
  const loose = open(bench.client, {});
  const errors = errorsOf(loose);
  expect(send(loose, 0, 2)).toBe(2);
  expect([codes, errors]).toEqual([['EADDRNOTAVAIL'], ['EDESTADDRREQ']]);
  expect(loose.local).toEqual({ host: '0.0.0.0', port: 49_152 });
});

test('byte streams are refused', () => {
  const { client } = rig('delay 1ms');
  for (const stream of [() => client.listen(), () => client.connect()]) expect(stream).toThrow(UserError);
});

test('the memory of a sender may be used again at once', () => {
  const bench = rig('delay 1ms');
  const socket = dial(bench);
  const slab = numbered(1, 2);
  socket.send(slab, 0, 4, 2);
  slab.fill(255);
  bench.network.loop.advance(MS);
  expect(numbers(bench.heard)).toEqual([1, 2]);
});
