import { expect, test } from 'vitest';
import type { DatagramSocket } from '../../../src/io/datagram.ts';
import { ImpairedIo } from '../../../src/io/shim/impaired-io.ts';
import type { Delay, DirectionProfile, Netem, Rate } from '../../../src/link/profile.ts';
import { UserError } from '../../../src/record/errors.ts';
import { expectBalanced, expectBinomial } from '../../e2e/bounds.ts';
import { RecordingIo, type RecordingSocket, type Sent } from '../../fakes/recording-io.ts';

const PEER = { host: '127.0.0.1', port: 9 };

const netem = (words: Omit<Netem, 'kind'>): DirectionProfile => ({
  stages: [{ kind: 'netem', limit: 10_000, ...words }],
});
const delay = (ms: number): Delay => ({ ns: ms * 1e6, jitterNs: 0, correlation: 0 });
const rate = (bps: number): Rate => ({ bps, packetOverhead: 0, cellBytes: 0, cellOverhead: 0 });

interface Bench {
  readonly inner: RecordingIo;
  readonly io: ImpairedIo;
  readonly socket: DatagramSocket;
  /** The socket beneath. */
  readonly beneath: RecordingSocket;
}

/** One open socket above a link, at time 1 s. */
function bench(profile: DirectionProfile, host?: string): Bench {
  const inner = new RecordingIo(host);
  const io = new ImpairedIo(inner, profile, 1);
  const socket = io.datagram({});
  inner.loop.advanceTo(1e9);
  return { inner, io, socket, beneath: inner.sockets[0] };
}

/** Numbered datagrams, four bytes each. */
function numbers(first: number, count: number): Uint8Array {
  const slab = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) new DataView(slab.buffer).setUint32(4 * i, first + i);
  return slab;
}
const numberOf = ({ payload }: Sent): number => new DataView(payload.buffer).getUint32(0);
const send = (socket: DatagramSocket, first: number, count: number): number =>
  socket.send(numbers(first, count), 0, 4, count, PEER);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test('without impairment datagrams are handed on at once, in the call that sent them', () => {
  const { io, socket, beneath } = bench({ stages: [] });
  expect(send(socket, 0, 100)).toBe(100);
  expect(beneath.sent.map(numberOf)).toEqual(range(0, 100));
  expect(io.account()).toMatchObject({ packetsIn: 100, packetsOut: 100, held: 0, lateness: { max: 0 } });
});

test('delay: they leave when they are due, from memory of the link’s own', () => {
  const { inner, socket, beneath } = bench(netem({ delay: delay(10) }));
  const slab = numbers(0, 3);
  expect(socket.send(slab, 4, 4, 2, PEER)).toBe(2);
  slab.fill(255);
  inner.loop.advanceTo(1e9 + 10e6 - 1);
  expect(beneath.sent).toEqual([]);
  inner.loop.advanceTo(1e9 + 10e6);
  expect(beneath.sent.map(numberOf)).toEqual([1, 2]);
  expect(beneath.sent.map(({ peer }) => peer)).toEqual([PEER, PEER]);
});

test('rate: whole Ethernet frames are charged for, as in the lab', () => {
  const { inner, io, socket, beneath } = bench(netem({ rate: rate(8e6) }));
  // 58 of payload and 42 of headers are 100 us at 8 Mbit/s.
  socket.send(new Uint8Array(58 * 3), 0, 58, 3, PEER);
  inner.loop.advanceTo(2e9);
  expect(beneath.sent.map(({ at }) => at - 1e9)).toEqual([100e3, 200e3, 300e3]);
  expect(io.account()).toMatchObject({ bytesIn: 300, bytesOut: 300 });
});

test('an IPv6 header is 20 bytes longer', () => {
  const { io, socket } = bench({ stages: [] }, '::1');
  socket.send(new Uint8Array(58), 0, 58, 1, { host: '::1', port: 9 });
  expect(io.account().bytesIn).toBe(120);
});

test('what is due together goes out in few calls, but only what is equal in size, peer and socket', () => {
  const { inner, io, socket, beneath } = bench(netem({ delay: delay(1) }));
  const other = { host: '127.0.0.1', port: 10 };
  const second = io.datagram({ remote: PEER });
  inner.loop.advanceTo(1.1e9);
  for (let i = 0; i < 130; i++) send(socket, i, 1);
  for (let i = 130; i < 132; i++) socket.send(numbers(i, 1), 0, 4, 1, other);
  socket.send(new Uint8Array(5), 0, 5, 1, other);
  second.send(new Uint8Array(5), 0, 5, 1);
  inner.loop.advanceTo(1.2e9);
  const perCall = beneath.sent.reduce<number[]>((counts, { call }) => {
    counts[call - 1] = (counts[call - 1] ?? 0) + 1;
    return counts;
  }, []);
  expect(perCall).toEqual([64, 64, 2, 2, 1]);
  expect(beneath.sent.slice(0, 132).map(numberOf)).toEqual(range(0, 132));
  expect(inner.sockets[1].sent).toMatchObject([{ peer: undefined }]);
});

test('a full socket beneath holds everything back, in order, and nothing more is taken until there is room', () => {
  const { inner, io, socket, beneath } = bench(netem({ delay: delay(1) }));
  const idle = io.datagram({});
  inner.loop.advanceTo(1.1e9);
  let writable = 0;
  socket.onWritable = () => writable++;
  idle.onWritable = () => {
    throw new Error('it asked for nothing');
  };
  beneath.room = 10;
  send(socket, 0, 100);
  inner.loop.advanceTo(1.2e9);
  expect(beneath.sent).toHaveLength(10);
  expect(send(socket, 100, 5)).toBe(0);
  beneath.makeRoom(20);
  expect(beneath.sent).toHaveLength(30);
  expect(writable).toBe(0);
  beneath.makeRoom();
  expect(writable).toBe(1);
  expect(send(socket, 100, 5)).toBe(5);
  inner.loop.advanceTo(1.3e9);
  expect(beneath.sent.map(numberOf)).toEqual(range(0, 105));
  expect(io.account()).toMatchObject({ packetsIn: 105, packetsOut: 105, sendErrors: 0 });
});

test('lateness is what this thread adds to the time of the model', () => {
  const { inner, io, socket } = bench(netem({ delay: delay(10) }));
  send(socket, 0, 1);
  inner.loop.stall(15e6);
  inner.loop.advanceTo(2e9);
  expect(io.account().lateness?.max).toBeCloseTo(5e-3, 5);
});

test('loss: what is not handed on is what the account says', () => {
  const { io, socket, beneath } = bench(netem({ loss: { kind: 'random', p: 0.01, correlation: 0 } }));
  for (let i = 0; i < 20_000; i += 100) send(socket, i, 100);
  const account = io.account();
  expectBalanced(account);
  expect(account.lost).toBe(20_000 - beneath.sent.length);
  expectBinomial(account.lost, 20_000, 0.01);
});

test('duplicates are copies', () => {
  const { io, socket, beneath } = bench(netem({ duplicate: { p: 1, correlation: 0 } }));
  send(socket, 0, 3);
  expect(beneath.sent.map(numberOf).sort()).toEqual([0, 0, 1, 1, 2, 2]);
  expect(io.account()).toMatchObject({ packetsIn: 3, duplicated: 3, packetsOut: 6 });
});

test('corruption of the payload inverts one bit and is delivered', () => {
  const { io, socket, beneath } = bench(netem({ corrupt: { p: 1, correlation: 0, where: 'payload' } }));
  socket.send(new Uint8Array(100 * 50), 0, 100, 50, PEER);
  const bits = (bytes: Uint8Array): number =>
    bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  expect(beneath.sent.map(({ payload }) => bits(payload))).toEqual(new Array(50).fill(1));
  // That 50 draws of 800 bits are all the same has a chance of 800^-49.
  expect(new Set(beneath.sent.map(({ payload }) => payload.findIndex((byte) => byte > 0))).size).toBeGreaterThan(1);
  expect(io.account()).toMatchObject({ corrupted: 50, packetsOut: 50 });
});

test('corruption of the frame is what the receiver’s checksum finds: it leaves the link and arrives nowhere', () => {
  const { io, socket, beneath } = bench(netem({ corrupt: { p: 0.5, correlation: 0, where: 'frame' } }));
  for (let i = 0; i < 1000; i++) send(socket, i, 1);
  const { corrupted, packetsOut } = io.account();
  expect(packetsOut).toBe(1000);
  expect(beneath.sent).toHaveLength(1000 - corrupted);
  expectBinomial(corrupted, 1000, 0.5);
});

test('an account covers what is sent from the opening of its window on', () => {
  const { inner, io, socket } = bench(netem({ delay: delay(10) }));
  io.window(2e9, 3e9);
  send(socket, 0, 5);
  inner.loop.advanceTo(2e9 - 5e6);
  send(socket, 5, 3);
  inner.loop.advanceTo(2e9);
  send(socket, 8, 2);
  inner.loop.advanceTo(3e9 + 1e6);
  send(socket, 10, 4);
  const account = io.account();
  expect(account).toMatchObject({ packetsIn: 6, heldBefore: 3, heldBytesBefore: 3 * 46, packetsOut: 5, held: 4 });
  expect(account).toMatchObject({ windowBytesIn: 2 * 46, bytesIn: 6 * 46, clearSeconds: 0.01 });
  expectBalanced(account);
});

test('nothing above the MTU is sent: there is no IP here that would cut it up', () => {
  for (const [host, largest] of [
    ['127.0.0.1', 1472],
    ['::1', 1452],
  ] as const) {
    const { io, socket, beneath } = bench({ stages: [] }, host);
    const errors: string[] = [];
    socket.onError = (error) => errors.push((error as NodeJS.ErrnoException).code ?? '');
    const peer = { host, port: 9 };
    expect(socket.send(new Uint8Array(largest), 0, largest, 1, peer)).toBe(1);
    expect(errors).toEqual([]);
    expect(socket.send(new Uint8Array(2 * (largest + 1)), 0, largest + 1, 2, peer)).toBe(2);
    expect(errors).toEqual(['EMSGSIZE']);
    expect(beneath.sent).toHaveLength(1);
    expect(io.account().packetsIn).toBe(1);
    expect(() => socket.send(new Uint8Array(65_508), 0, 65_508, 1, peer)).toThrow(RangeError);
  }
});

test('a closed socket sends what is inside the link, takes nothing more, and hears nothing', () => {
  const { inner, socket, beneath } = bench(netem({ delay: delay(10) }));
  let closed = 0;
  socket.onClose = () => closed++;
  socket.onDatagrams = () => {
    throw new Error('it has been closed');
  };
  send(socket, 0, 3);
  socket.close();
  expect(send(socket, 3, 1)).toBe(0);
  beneath.onDatagrams({} as never, PEER);
  inner.loop.advanceTo(1e9 + 9e6);
  expect([closed, beneath.closed]).toEqual([0, false]);
  inner.loop.advanceTo(2e9);
  expect(beneath.sent.map(numberOf)).toEqual([0, 1, 2]);
  expect([closed, beneath.closed]).toEqual([1, true]);
});

test('a socket that breaks loses what it still had inside, and holds up no other', () => {
  const { inner, io, socket, beneath } = bench(netem({ delay: delay(1) }));
  const other = io.datagram({});
  inner.loop.advanceTo(1.1e9);
  beneath.room = 0;
  send(socket, 0, 2);
  send(other, 2, 3);
  inner.loop.advanceTo(1.2e9);
  expect(inner.sockets[1].sent).toEqual([]);
  beneath.close();
  inner.loop.advanceTo(1.3e9);
  expect(inner.sockets[1].sent.map(numberOf)).toEqual([2, 3, 4]);
  expect(io.account()).toMatchObject({ packetsOut: 5, sendErrors: 2 });
});

test('a handler that sends while the link is sending does not disturb the order', () => {
  const { inner, socket, beneath } = bench(netem({ delay: delay(1) }));
  let more = 3;
  const original = beneath.send.bind(beneath);
  beneath.send = (...given) => {
    const taken = original(...given);
    if (more-- > 0) send(socket, 1000 + more, 1);
    return taken;
  };
  send(socket, 0, 70);
  inner.loop.advanceTo(2e9);
  expect(beneath.sent.map(numberOf)).toEqual([...range(0, 70), 1002, 1001, 1000]);
});

test('stop closes every socket beneath at once', () => {
  const { inner, io, socket, beneath } = bench(netem({ delay: delay(10) }));
  send(socket, 0, 3);
  socket.close();
  io.stop();
  inner.loop.advanceTo(2e9);
  expect(beneath.closed).toBe(true);
  expect(beneath.sent).toEqual([]);
});

test('byte streams are refused with a way out', () => {
  const { io } = bench({ stages: [] });
  for (const stream of [() => io.listen(), () => io.connect()]) {
    expect(stream).toThrow(UserError);
    expect(stream).toThrow(/the shim impairs datagrams only; .*netduel doctor/);
  }
  expect(io.pathMtu()).toBe(1500);
});
