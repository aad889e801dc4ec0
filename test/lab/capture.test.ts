import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimLoop } from '../../src/io/sim/loop.ts';
import type { FrameMemory, Tap } from '../../src/lab/tap.ts';
import { linuxSystemCalls } from '../requirements.ts';
import { readPcapng } from './pcapng-reader.ts';

const SLOT_BYTES = 128;
const MS = 1e6;
const START = 1e12;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netduel-capture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Slot i is full of bytes i. */
const frames = (): FrameMemory => ({
  memory: Uint8Array.from({ length: 8 * SLOT_BYTES }, (_, i) => Math.floor(i / SLOT_BYTES)),
  slotBytes: SLOT_BYTES,
});

async function open() {
  const { Capture } = await import('../../src/lab/capture.ts');
  const loop = new SimLoop(START);
  const path = join(folder, 'x.pcapng');
  const capture = new Capture(loop, path, 'delay 20ms');
  const read = () => readPcapng(readFileSync(path)).packets;
  /** Number of the interface, direction (1 in, 2 out), first byte, comments. */
  const told = () => read().map(({ interface: id, flags, data, comments }) => [id, flags, data[0], ...comments]);
  return { loop, capture, read, told, up: capture.tap('client', frames()), down: capture.tap('server', frames()) };
}

test('a frame arrives at the interface of its sender and leaves at the other', async (context) => {
  await linuxSystemCalls(context);
  const { capture, up, down, told } = await open();
  up.arrived(START, 1, 60);
  up.left(START + 20 * MS, 1, 60);
  down.arrived(START + 21 * MS, 2, 60);
  down.left(START + 41 * MS, 2, 60);
  capture.close();
  expect(told()).toEqual([
    [0, 1, 1],
    [1, 2, 1],
    [1, 1, 2],
    [0, 2, 2],
  ]);
});

test('what the model decides of an arrival stands at it', async (context) => {
  await linuxSystemCalls(context);
  const { capture, up, told } = await open();
  for (const cause of ['loss', 'outage', 'queue', 'aqm', 'oversize'] as const) {
    up.arrived(START, 3, 60);
    up.dropped(START, 3, cause);
  }
  up.arrived(START, 4, 60);
  up.copied(4, 5);
  up.corrupted(4);
  up.dropped(START, 5, 'queue');
  capture.close();
  expect(told()).toEqual([
    [0, 1, 3, 'dropped: loss'],
    [0, 1, 3, 'dropped: outage'],
    [0, 1, 3, 'dropped: queue'],
    [0, 1, 3, 'dropped: aqm'],
    [0, 1, 3, 'dropped: oversize'],
    [0, 1, 4, 'duplicated', 'corrupted'],
    // The copy has not arrived, so that it cannot be told of at its arrival.
    [0, 0, 5, 'dropped: queue'],
  ]);
});

test('a drop that comes later is an event of its own, on the interface of arrival', async (context) => {
  await linuxSystemCalls(context);
  const { capture, up, down, told, read } = await open();
  down.arrived(START, 1, 60);
  // Nothing has come in between, and yet it is not this arrival's fate.
  down.dropped(START + 1, 1, 'aqm');
  up.arrived(START + 2, 1, 60);
  down.dropped(START + 3, 1, 'refused');
  capture.close();
  expect(told()).toEqual([
    [1, 1, 1],
    [1, 0, 1, 'dropped: aqm'],
    [0, 1, 1],
    [1, 0, 1, 'dropped: refused'],
  ]);
  expect(read().every(({ original, data }) => original === 60 && data.length === 60)).toBe(true);
});

test('what has happened to a frame stands where it leaves, until its slot is used again', async (context) => {
  await linuxSystemCalls(context);
  const { capture, up, told } = await open();
  up.arrived(START, 1, 60);
  up.marked(1);
  up.corrupted(1);
  up.copied(1, 2);
  up.left(START + MS, 1, 60);
  up.left(START + MS, 2, 60);
  for (const slot of [1, 2]) {
    up.arrived(START + 2 * MS, slot, 60);
    up.left(START + 3 * MS, slot, 60);
  }
  capture.close();
  expect(told()).toEqual([
    [0, 1, 1, 'marked: CE', 'corrupted', 'duplicated'],
    [1, 2, 1, 'corrupted', 'marked: CE'],
    [1, 2, 2, 'duplicate', 'corrupted', 'marked: CE'],
    [0, 1, 1],
    [0, 1, 2],
    [1, 2, 1],
    [1, 2, 2],
  ]);
});

test('a frame larger than its slot is cut, and its size told', async (context) => {
  await linuxSystemCalls(context);
  const { capture, up, read } = await open();
  up.arrived(START, 1, 9000);
  capture.close();
  expect(read().map(({ original, data }) => [original, data.length])).toEqual([[9000, SLOT_BYTES]]);
});

test('the file grows five times a second while there is something to tell, and no timer runs when there is not', async (context) => {
  await linuxSystemCalls(context);
  const { loop, capture, up, read } = await open();
  const arrive = (tap: Tap): void => tap.arrived(loop.now(), 1, 60);
  arrive(up);
  loop.advanceTo(START + 201 * MS);
  expect(read()).toHaveLength(1);
  loop.advanceTo(START + 1000 * MS);
  arrive(up);
  // The latest 50 ms are kept back: the next flush writes them.
  loop.after(180 * MS, () => arrive(up));
  loop.advanceTo(START + 1201 * MS);
  expect(read()).toHaveLength(2);
  loop.advanceTo(START + 1401 * MS);
  expect(read()).toHaveLength(3);
  // Ends because no timer is armed.
  await loop.run();
  capture.close();
});

test('times are those of the wall clock', async (context) => {
  await linuxSystemCalls(context);
  const before = Date.now();
  const { capture, up, read } = await open();
  const after = Date.now();
  up.arrived(START, 1, 60);
  capture.close();
  const at = Number(read()[0].ns / 1_000_000n);
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(after);
});
