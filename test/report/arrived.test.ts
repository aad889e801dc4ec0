import { expect, test } from 'vitest';
import type { CompletedTrial, RunRecord } from '../../src/record/schema.ts';
import { analyse } from '../../src/report/analyse.ts';
import { arrivals } from '../../src/report/arrived.ts';
import { html } from '../../src/report/html/page.ts';
import { markdown } from '../../src/report/markdown.ts';
import { duel } from './fixtures.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** tcp and udp over two links; all trials over the first left the original, and what came of it. */
function withPictures(type = 'image/png'): RunRecord {
  const run = duel();
  const trials = run.trials.map((trial) => {
    if (trial.state !== 'completed' || trial.case > 1) return trial;
    const udp = trial.case === 1;
    const metrics = {
      ...trial.metrics,
      ...(udp
        ? { intact_ratio: 0.9 + 0.01 * trial.trial, file_psnr_db: 20, file_ssim: 0.9, file_holes: 3 }
        : { intact_ratio: 1, file_ssim: 1, file_holes: 0 }),
    };
    const attachments = [
      { name: 'original', sha256: 'aa' },
      ...(udp ? [{ name: 'received', sha256: 'bb' }] : [{ name: 'received', sha256: 'aa' }]),
    ];
    return { ...trial, metrics, attachments } satisfies CompletedTrial;
  });
  const attachments = { aa: { type, base64: base64('whole') }, bb: { type, base64: base64('holes') } };
  return { ...run, trials, attachments };
}

test('of every case the trial in the middle, with its figures', () => {
  const [group, ...others] = arrivals(analyse(withPictures()));
  expect(others).toEqual([]);
  expect(group.originals.map(({ transports }) => transports)).toEqual([['tcp', 'udp']]);
  expect(group.cases).toMatchObject([
    {
      transport: 'tcp',
      figures: [
        ['intact', '100 %'],
        ['SSIM', '1'],
        ['holes', '0'],
      ],
    },
    {
      transport: 'udp',
      trial: 2,
      trials: 3,
      figures: [
        ['intact', '92 %'],
        ['PSNR', '20 dB'],
        ['SSIM', '0.9'],
        ['holes', '3'],
      ],
    },
  ]);
});

test('the page shows them side by side and still fetches nothing', () => {
  const text = html(analyse(withPictures()), []);
  expect(text).toContain('<h2>What arrived</h2>');
  const sources = [...text.matchAll(/<img [^>]*src="([^"]*)"/g)].map(([, source]) => source);
  const [whole, holes] = ['whole', 'holes'].map((content) => `data:image/png;base64,${base64(content)}`);
  expect(sources).toEqual([whole, whole, holes]);
  expect(text).toContain('intact 92 %, PSNR 20 dB, SSIM 0.9, holes 3');
  expect(html(analyse(duel()), [])).not.toContain('What arrived');
});

test('what browsers do not show as a picture, or may do more than show, is left out', () => {
  const text = html(analyse(withPictures('text/html"><script>')), []);
  expect(text).not.toContain('<script');
  expect(text).not.toContain('<img');
  expect(text).toContain('nothing to see');
});

test('Markdown has the figures', () => {
  const text = markdown(analyse(withPictures()), []);
  expect(text).toContain('## What arrived');
  expect(text).toMatch(/\| udp \| 2 of 3 \| 92 % \| 20 dB \| 0\.9 \| 3 \|/);
  expect(markdown(analyse(duel()), [])).not.toContain('What arrived');
});
