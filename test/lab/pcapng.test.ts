import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comment, interfaceDescription, PacketBlocks, sectionHeader } from '../../src/lab/pcapng.ts';
import { program } from '../requirements.ts';
import { readPcapng } from './pcapng-reader.ts';

const DIRECTIONS = ['unknown', 'inbound', 'outbound'] as const;

const packet = fc.record({
  interface: fc.nat(1),
  // Up to the year 2116.
  ns: fc.bigInt({ min: 0n, max: 1n << 62n }),
  direction: fc.constantFrom(...DIRECTIONS),
  data: fc.uint8Array({ maxLength: 1600, size: 'max' }),
  before: fc.nat(40),
  cut: fc.nat(9000),
  comments: fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 3 }),
});
type Packet = typeof packet extends fc.Arbitrary<infer T> ? T : never;

const HEADER = [
  sectionHeader('netduel', 'delay 20ms'),
  interfaceDescription('client', 'towards the client'),
  interfaceDescription('server', 'towards the server'),
];

function add(blocks: PacketBlocks, given: Packet): number {
  const { ns, direction, data, before, cut } = given;
  const memory = new Uint8Array(before + data.length + 3).fill(255);
  memory.set(data, before);
  const [high, low] = [Number(ns >> 32n), Number(ns & 0xffff_ffffn)];
  const size = data.length;
  const start = blocks.add(given.interface, high, low, direction, memory, before, size, size + cut);
  for (const text of given.comments) blocks.remark(comment(text));
  return start;
}

const file = (blocks: PacketBlocks): Uint8Array => Buffer.concat([...HEADER, blocks.bytes.subarray(0, blocks.length)]);

const expected = ({ ns, direction, data, cut, comments, interface: id }: Packet): object => ({
  interface: id,
  ns,
  data,
  original: data.length + cut,
  flags: DIRECTIONS.indexOf(direction),
  comments,
});

test('packets come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
      const blocks = new PacketBlocks();
      // What was there before must not shine through.
      blocks.bytes.fill(170);
      for (const given of packets) add(blocks, given);
      const read = readPcapng(file(blocks));
      expect(read.packets).toEqual(packets.map(expected));
      expect(read.interfaces).toHaveLength(2);
    }),
    { numRuns: 100 },
  );
});

test('blocks that are taken over in another order, and memory used again', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
      const [from, to] = [new PacketBlocks(), new PacketBlocks()];
      for (const given of packets) add(to, given);
      to.clear();
      const starts = packets.map((given) => add(from, given));
      for (const start of starts.toReversed()) to.append(from, start);
      expect(readPcapng(file(to)).packets).toEqual(packets.toReversed().map(expected));
    }),
    { numRuns: 100 },
  );
});

test('memory grows', () => {
  const blocks = new PacketBlocks();
  const data = new Uint8Array(1500).map((_, i) => i % 251);
  const whole: Packet = { interface: 1, ns: 5n, direction: 'inbound', data, before: 0, cut: 0, comments: ['dropped'] };
  const count = 3000;
  for (let i = 0; i < count; i++) add(blocks, whole);
  expect(blocks.length).toBeGreaterThan(4 << 20);
  const { packets } = readPcapng(file(blocks));
  expect(packets).toHaveLength(count);
  expect(packets.every((read) => Buffer.compare(read.data, data) === 0 && read.comments[0] === 'dropped')).toBe(true);
});

test('the file says what it is of, and the interfaces who they are', () => {
  const { section, interfaces } = readPcapng(file(new PacketBlocks()));
  expect([...section]).toEqual([
    [1, 'delay 20ms'],
    [4, 'netduel'],
  ]);
  expect(interfaces.map((options) => new TextDecoder().decode(options.get(2)))).toEqual(['client', 'server']);
  // Time stamps are in units of 10^-9 s.
  expect(interfaces.map((options) => options.get(9))).toEqual([Uint8Array.of(9), Uint8Array.of(9)]);
});

test('a comment that no option can hold is cut', () => {
  const blocks = new PacketBlocks();
  add(blocks, {
    ...{ interface: 0, ns: 1n, direction: 'inbound', data: new Uint8Array(60), before: 0, cut: 0 },
    comments: ['x'.repeat(70_000)],
  });
  expect(readPcapng(file(blocks)).packets[0].comments[0]).toHaveLength(65_535);
});

const tshark = program('tshark');

test('tshark reads the same', async (context) => {
  await tshark(context);
  const printable = packet.map((given) => ({ ...given, comments: given.comments.map((_, i) => `comment ${i}`) }));
  const packets = fc.sample(printable, { numRuns: 200, seed: 1 });
  const blocks = new PacketBlocks();
  for (const given of packets) add(blocks, given);
  const folder = mkdtempSync(join(tmpdir(), 'netduel-pcapng-'));
  try {
    const path = join(folder, 'x.pcapng');
    writeFileSync(path, file(blocks));
    const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.comment'];
    const { stdout, status } = spawnSync(
      'tshark',
      ['-n', '-r', path, '-T', 'fields', '-E', 'occurrence=a', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
    );
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      packets.map(({ ns, data, cut, comments, interface: id }) => {
        const time = `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
        return [['client', 'server'][id], time, data.length, data.length + cut, comments.join(',')].join('\t');
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
