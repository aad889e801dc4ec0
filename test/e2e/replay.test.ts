import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LinkAccount } from '../../src/record/schema.ts';
import { readPcapng } from '../lab/pcapng-reader.ts';
import { lab } from '../requirements.ts';
import { netduel, temporary } from './cli.ts';
import { steps } from './words/statistics.ts';
import { NOBODY, sending } from './words/traffic.ts';

/** A frame that is not sent ahead leaves half-way between two others' arrivals, and one that is at its own. */
const LINK = 'up: delay 120ms loss 10% duplicate 10% corrupt 20% reorder 20% gap 2';
const TRAFFIC = { out: 'e0', to: NOBODY, count: 40, bytes: 300, batch: 1, gapMs: 80 } as const;
/** What the link holds when its command ends is not seen any more. */
const AND_ALL_ARRIVES = ['sh', '-c', '"$@" && sleep 0.5', 'sh'];
/** Beyond this things at one interface may change places in time with things at the other. */
const TOO_LATE_MS = 35;

let folder: ReturnType<typeof temporary>;
beforeEach(() => {
  folder = temporary();
});
afterEach(() => folder.remove());

interface Recorded {
  readonly bytes: Buffer;
  readonly up: LinkAccount['up'];
}

async function record(name: string): Promise<Recorded> {
  const path = join(folder.path, name);
  const options = ['--link', LINK, '--seed', '7', '--pcap', path, '--json'];
  const { code, stdout, stderr } = await netduel(['lab', ...options, '--', ...AND_ALL_ARRIVES, ...sending(TRAFFIC)]);
  if (code !== 0) throw new Error(stderr);
  return { bytes: readFileSync(path), up: (JSON.parse(stdout) as { account: LinkAccount }).account.up };
}

/** Whether the traffic was that of {@link TRAFFIC}, and the link in time: nothing but the machine can have another hand in it. */
function inTime({ bytes, up }: Recorded): boolean {
  const arrivals = readPcapng(bytes).packets.filter(({ flags }) => ((flags ?? 0) & 3) === 1);
  const apart = steps(arrivals.map(({ ns }) => Number(ns / 1000n) / 1000));
  const late = Math.max(...apart.map((ms) => ms - TRAFFIC.gapMs), 1000 * (up.lateness?.max ?? 0));
  return late < TOO_LATE_MS;
}

/** The blocks of a file with the times of its packets blanked: the third and fourth word of blocks of type 6 (pcapng, enhanced packet block). */
function blocksWithoutTimes({ bytes }: Recorded): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    end = at + bytes.readUInt32LE(at + 4);
    const block = Buffer.from(bytes.subarray(at, end));
    if (isPacket(block)) block.fill(0, 12, 20);
    blocks.push(block);
  }
  return blocks;
}

const isPacket = (block: Buffer): boolean => block.readUInt32LE(0) === 6;

const sorted = (blocks: readonly Buffer[]): Buffer => Buffer.concat(blocks.toSorted(Buffer.compare));

test('the same seed and the same traffic make the same capture, byte for byte, apart from times', async (context) => {
  await lab(context);
  const runs = await Promise.all([record('a.pcapng'), record('b.pcapng')]);
  const [a, b] = runs.map(blocksWithoutTimes);
  const { lost, duplicated, corrupted, reordered } = runs[0].up;
  for (const happened of [lost, duplicated, corrupted, reordered]) expect(happened).toBeGreaterThan(0);
  // What becomes of each frame is the same in any case; what is late may come to stand elsewhere in the file.
  expect(sorted(a).equals(sorted(b))).toBe(true);
  if (runs.every(inTime)) expect(Buffer.concat(a).equals(Buffer.concat(b))).toBe(true);
});
