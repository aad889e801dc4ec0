import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kindOf } from '../../../src/apps/file/judge/kind.ts';
import { judgePicture } from '../../../src/apps/file/judge/picture.ts';
import { judgeVideo } from '../../../src/apps/file/judge/video.ts';
import { pathOf } from '../../../src/apps/file/shipped.ts';
import { program } from '../../requirements.ts';

const picture = readFileSync(pathOf('picture'));
const clip = readFileSync(pathOf('clip'));
const folder = mkdtempSync(join(tmpdir(), 'netduel-judge-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** With zeros in place of these chunks of 1,380 bytes. */
function withHoles(bytes: Buffer, chunks: readonly number[]): Buffer {
  const holed = Buffer.from(bytes);
  for (const chunk of chunks)
    holed.fill(0, Math.min(bytes.length, chunk * 1380), Math.min(bytes.length, (chunk + 1) * 1380));
  return holed;
}

test('files are known by their first bytes', () => {
  expect(kindOf(picture)).toEqual({ medium: 'picture' });
  expect(kindOf(clip)).toEqual({ medium: 'video', container: 'mpegts' });
  expect(kindOf(Buffer.from('\0\0\0\x18ftypmp42', 'latin1'))).toEqual({ medium: 'video', container: 'mov' });
  for (const other of ['', 'G', 'plain text', '%PDF']) expect(kindOf(Buffer.from(other))).toBeUndefined();
});

describe('a picture', () => {
  test('that is intact is the same', async () => {
    const { psnrDb, ssim, exhibits } = await judgePicture(picture, Buffer.from(picture));
    expect([psnrDb, ssim]).toEqual([undefined, 1]);
    expect(exhibits.map(({ name }) => name)).toEqual(['original', 'received']);
    expect(exhibits[1].base64).toBe(exhibits[0].base64);
  });

  test('with holes is decoded as far as it goes, worse with more of them', async () => {
    const few = await judgePicture(picture, withHoles(picture, [20]));
    const many = await judgePicture(picture, withHoles(picture, [8, 14, 20, 21, 22, 33]));
    for (const { psnrDb = 0, ssim = 0, lack, exhibits } of [few, many]) {
      expect(lack).toBeUndefined();
      expect(psnrDb).toBeGreaterThan(8);
      expect(ssim).toBeLessThan(1);
      expect(exhibits.map(({ name }) => name)).toEqual(['original', 'received']);
    }
    expect(few.psnrDb).toBeGreaterThan(many.psnrDb ?? 0);
    expect(few.ssim).toBeGreaterThan(many.ssim ?? 0);
    // Restart markers: one hole of a fortieth of the file costs little more than its own rows.
    expect(few.ssim).toBeGreaterThan(0.9);
  });

  test('without its beginning is none, and that is said', async () => {
    const { ssim, psnrDb, lack, exhibits } = await judgePicture(picture, withHoles(picture, [0]));
    expect([ssim, psnrDb]).toEqual([undefined, undefined]);
    expect(lack?.reason).toMatch(/no picture can be made of what arrived/);
    expect(exhibits.map(({ name }) => name)).toEqual(['original']);
  });
});

describe('a clip', () => {
  const judged = async (received: Buffer) => {
    const path = join(folder, 'received.ts');
    writeFileSync(path, received);
    const signal = AbortSignal.timeout(60_000);
    return await judgeVideo({ original: pathOf('clip'), received: path, container: 'mpegts', signal }, folder);
  };

  test('that is intact has all of its frames', async (context) => {
    await program('ffmpeg')(context);
    const { framesRatio, psnrDb, exhibits } = await judged(clip);
    expect([framesRatio, psnrDb]).toEqual([1, undefined]);
    expect(exhibits[1].base64).toBe(exhibits[0].base64);
  });

  test('without its first second lacks its frames, and the others are as they were', async (context) => {
    await program('ffmpeg')(context);
    // Key frames come every second: whoever misses the first waits for the next.
    const { framesRatio, psnrDb } = await judged(withHoles(clip, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect([framesRatio, psnrDb]).toEqual([120 / 150, undefined]);
  });

  test('with holes is worse', async (context) => {
    await program('ffmpeg')(context);
    const { psnrDb, framesRatio, exhibits } = await judged(withHoles(clip, [40, 90, 150, 200, 260]));
    expect(psnrDb).toBeGreaterThan(15);
    expect(psnrDb).toBeLessThan(60);
    expect(framesRatio).toBeGreaterThan(0.8);
    expect(exhibits.map(({ name }) => name)).toEqual(['original', 'received']);
  });

  test('of which nothing arrived has no frames', async (context) => {
    await program('ffmpeg')(context);
    const { framesRatio, lack } = await judged(Buffer.alloc(clip.length));
    expect(framesRatio).toBe(0);
    expect(lack?.reason).toMatch(/no frame can be decoded/);
  });
});
