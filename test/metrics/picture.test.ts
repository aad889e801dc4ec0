import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luma, psnr, ssim } from '../../src/metrics/picture.ts';
import { program } from '../requirements.ts';

const [WIDTH, HEIGHT] = [64, 48];

const drawn = (value: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)));

const waves = drawn((x, y) => 128 + 60 * Math.sin(x / 5) * Math.cos(y / 7) + 30 * Math.sin(x * y));

describe('psnr', () => {
  test('of a constant difference d is 20 log10(255 / d)', () => {
    for (const d of [1, 5, 17]) {
      expect(psnr(new Uint8Array(300).fill(100), new Uint8Array(300).fill(100 + d))).toBeCloseTo(
        20 * Math.log10(255 / d),
        10,
      );
    }
    expect(psnr(new Uint8Array(9), new Uint8Array(9).fill(255))).toBe(0);
  });

  test('of what is equal is infinite', () => {
    expect(psnr(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3))).toBe(Infinity);
  });
});

describe('ssim', () => {
  test('of what is equal is 1, also of what is smaller than the window', () => {
    expect(ssim(waves, waves, WIDTH, HEIGHT)).toBe(1);
    expect(ssim(Float64Array.of(7), Float64Array.of(7), 1, 1)).toBe(1);
  });

  test('of two constants has no structure: (2ab + C1) / (a^2 + b^2 + C1)', () => {
    const c1 = 2.55 ** 2;
    for (const [a, b] of [
      [100, 110],
      [0, 255],
      [20, 200],
    ]) {
      const expected = (2 * a * b + c1) / (a * a + b * b + c1);
      expect(
        ssim(
          drawn(() => a),
          drawn(() => b),
          WIDTH,
          HEIGHT,
        ),
      ).toBeCloseTo(expected, 9);
    }
  });

  test('of a picture and its contrast c around its local mean is near (2c + e) / (1 + c^2 + e), e small', () => {
    // A checkerboard: every window of the Gaussian has mean 128 and variance 40^2 to within its edges.
    const board = (contrast: number) => drawn((x, y) => 128 + contrast * ((x + y) % 2 === 0 ? 40 : -40));
    const c2 = 7.65 ** 2;
    const expected = (2 * 0.5 * 1600 + c2) / (1600 + 400 + c2);
    expect(ssim(board(1), board(0.5), WIDTH, HEIGHT)).toBeCloseTo(expected, 3);
  });

  test('is symmetrical and at most 1', () => {
    const noise = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 12 * 12, maxLength: 12 * 12 });
    fc.assert(
      fc.property(noise, noise, (a, b) => {
        const [one, other] = [Float64Array.from(a), Float64Array.from(b)];
        const there = ssim(one, other, 12, 12);
        expect(there).toBeCloseTo(ssim(other, one, 12, 12), 12);
        expect(there).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

test('luma of grey is that grey, and green is brighter than blue', () => {
  expect([...luma(Uint8Array.of(90, 90, 90))][0]).toBeCloseTo(90, 10);
  const [green, blue] = luma(Uint8Array.of(0, 255, 0, 0, 0, 255));
  expect(green).toBeGreaterThan(blue);
});

describe('beside ffmpeg', () => {
  function filtered(filter: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'netduel-metric-'));
    try {
      const inputs = [original, damaged].flatMap((picture, i) => {
        const path = join(folder, `${i}.pgm`);
        writeFileSync(path, Buffer.concat([Buffer.from(`P5 ${WIDTH} ${HEIGHT} 255\n`), picture]));
        return ['-i', path];
      });
      const { stderr } = spawnSync('ffmpeg', [...inputs, '-lavfi', filter, '-f', 'null', '-'], { encoding: 'utf8' });
      return stderr;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const original = Uint8Array.from(waves, Math.round);
  // A band that is gone, and noise.
  const damaged = original.map((value, i) => (i > 1000 && i < 1300 ? 128 : value ^ (i % 7)));

  test('psnr is the same', async (context) => {
    await program('ffmpeg')(context);
    const [, theirs] = /PSNR y:([\d.]+)/.exec(filtered('[0:v]format=gray[a];[1:v]format=gray[b];[a][b]psnr')) ?? [];
    expect(psnr(original, damaged)).toBeCloseTo(Number(theirs), 4);
  });

  test('ssim is near: theirs has square windows of 8 x 8 instead of the Gaussian', async (context) => {
    await program('ffmpeg')(context);
    const [, theirs] = /SSIM Y:([\d.]+)/.exec(filtered('[0:v]format=gray[a];[1:v]format=gray[b];[a][b]ssim')) ?? [];
    const ours = ssim(Float64Array.from(original), Float64Array.from(damaged), WIDTH, HEIGHT);
    expect(Math.abs(ours - Number(theirs))).toBeLessThan(0.05);
    expect(ours).toBeLessThan(0.97);
  });
});
