import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PacketFile } from '../../src/lab/packet-file.ts';
import { comment, interfaceDescription, sectionHeader } from '../../src/lab/pcapng.ts';
import { readPcapng } from './pcapng-reader.ts';

const HEADER = [sectionHeader('netduel', 'a test'), interfaceDescription('client', '')];
const EPOCH = 1_795_000_000_123_456_789n;
const MS = 1e6;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netduel-packet-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, 'x.pcapng');
const open = (): PacketFile => new PacketFile(path(), HEADER, EPOCH);
const read = () => readPcapng(readFileSync(path())).packets;

const FRAME = new Uint8Array(64);
const add = (file: PacketFile, ns: number, bytes = 64): number => file.add(0, ns, 'inbound', FRAME, 0, bytes, bytes);

test('packets stand in order of time, those of one time as they were added, with the comments that are theirs', () => {
  // Within 50 ms; flushes come in between.
  const step = fc.record({ back: fc.nat(49 * MS), forth: fc.nat(19 * MS), flush: fc.boolean(), remark: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const file = open();
      let latest = 3e15;
      const added: { ns: bigint; original: number; comments: string[] }[] = [];
      for (const [i, { back, forth, flush, remark }] of steps.entries()) {
        latest += forth;
        const ns = Math.max(3e15, latest - back);
        const ticket = add(file, ns, i);
        if (remark) expect(file.remark(ticket, comment(`number ${i}`))).toBe(true);
        added.push({ ns: EPOCH + BigInt(ns), original: i, comments: remark ? [`number ${i}`] : [] });
        if (flush) file.flush(latest);
      }
      file.close();
      const inOrder = added.toSorted((a, b) => Number(a.ns - b.ns) || a.original - b.original);
      expect(read().map(({ ns, original, comments }) => ({ ns, original, comments }))).toEqual(inOrder);
    }),
    { numRuns: 200 },
  );
});

test('times are those of the wall clock, to the nanosecond, on both sides of a carry', () => {
  const file = open();
  const low = Number(EPOCH & 0xffff_ffffn);
  const times = [0, 1, 2 ** 32 - low - 1, 2 ** 32 - low, 2 ** 32, 7 * 2 ** 32 - low, 8e15];
  for (const ns of times) add(file, ns);
  file.close();
  expect(read().map(({ ns }) => ns)).toEqual(times.map((ns) => EPOCH + BigInt(ns)));
});

test('a flush leaves a readable file, without what another packet may still come to stand before', () => {
  const file = open();
  for (let ms = 0; ms <= 65; ms++) add(file, ms * MS);
  file.flush(65 * MS);
  expect(read().map(({ ns }) => Number(ns - EPOCH) / MS)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  expect(file.idle).toBe(false);
  add(file, 17.5 * MS);
  file.flush(115 * MS);
  expect(file.idle).toBe(true);
  expect(read()).toHaveLength(67);
  file.close();
});

test.each<[string, (i: number) => number]>([
  ['in order', (i) => i * MS],
  ['all at once', () => 0],
  // As when a thread lags behind: each arrival is told of a second late, after a departure that is told of in time.
  ['far behind', (i) => (i % 2 === 0 ? i * 1e4 : 1e9 + i * 1e4)],
])('what is much is written before anybody asks, %s', (_, timeOf) => {
  const file = open();
  const frame = new Uint8Array(1514);
  const count = 5600;
  let most = 0;
  for (let i = 0; i < count; i++) {
    file.add(0, timeOf(i), 'inbound', frame, 0, frame.length, frame.length);
    if (i % 100 === 0) most = Math.max(most, i * frame.length - statSync(path()).size);
  }
  // Of 8.5 MB, never more than 4 MiB and a little were not in the file.
  expect(most).toBeLessThan(4.5e6);
  expect(read().length).toBeGreaterThan(2000);
  file.close();
  expect(read()).toHaveLength(count);
});

test('a comment comes too late when another packet has come, or when the packet has been written', () => {
  const file = open();
  const first = add(file, 1);
  const second = add(file, 2);
  expect(file.remark(first, comment('late'))).toBe(false);
  expect(file.remark(second, comment('in time'))).toBe(true);
  file.flush(Infinity);
  expect(file.remark(second, comment('late'))).toBe(false);
  file.close();
  expect(read().map(({ comments }) => comments)).toEqual([[], ['in time']]);
});

test('a path that cannot be written is told at once', () => {
  expect(() => new PacketFile(join(folder, 'none', 'x'), HEADER, EPOCH)).toThrow(/ENOENT/);
});

test('a device that is full ends the capture, not the program, and is told in the end', (context) => {
  if (!existsSync('/dev/full')) return context.skip('no /dev/full');
  const file = new PacketFile('/dev/full', HEADER, EPOCH);
  expect(file.remark(add(file, 1), comment('x'))).toBe(false);
  file.flush(Infinity);
  expect(() => file.close()).toThrow(/ENOSPC/);
});

test('after its end it takes no more, and touches no file that has got its descriptor', () => {
  const file = open();
  const before = readFileSync(path()).length;
  file.close();
  const other = openSync(join(folder, 'other'), 'w');
  add(file, 1);
  file.flush(Infinity);
  expect(fstatSync(other).size).toBe(0);
  closeSync(other);
  expect(readFileSync(path())).toHaveLength(before);
});
