import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lossProcess } from '../../src/link/loss.ts';
import { lossFigures } from '../../src/link/loss-figures.ts';
import { Taus113 } from '../../src/link/prng.ts';

const gemodel = (p: number, r: number, h1 = 1, k1 = 0) => lossFigures({ kind: 'gemodel', p, r, h1, k1 });
const state = (p13: number, p31: number, p32: number, p23: number, p14: number) =>
  lossFigures({ kind: 'state', p13, p31, p32, p23, p14 });
const probability = fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true });

test('independent loss: a run ends with the first packet that gets through', () => {
  const figures = lossFigures({ kind: 'random', p: 0.2, correlation: 0 });
  expect(figures.ratio).toBeCloseTo(0.2, 12);
  expect(figures.meanRun).toBeCloseTo(1 / 0.8, 12);
  expect(lossFigures({ kind: 'random', p: 1, correlation: 0 })).toEqual({ ratio: 1, meanRun: Infinity });
});

test('correlated loss is rarer than it was asked for', () => {
  const { ratio, meanRun } = lossFigures({ kind: 'random', p: 0.2, correlation: 0.5 });
  // Simulated with sch_netem's arithmetic: 2.9 %.
  expect(ratio).toBeCloseTo(0.029, 3);
  expect(meanRun).toBeUndefined();
});

test('Gilbert: mean loss p / (p + r), mean run 1 / r', () => {
  fc.assert(
    fc.property(probability, probability, (p, r) => {
      const figures = gemodel(p, r);
      expect(figures.ratio).toBeCloseTo(p / (p + r), 9);
      expect(figures.meanRun).toBeCloseTo(1 / r, 6);
    }),
  );
});

test('Gilbert and Elliott: both states lose their share', () => {
  const [p, r, h1, k1] = [0.01, 0.25, 0.6, 0.02];
  expect(gemodel(p, r, h1, k1).ratio).toBeCloseTo((h1 * p + k1 * r) / (p + r), 12);
  // The same loss in both states is independent loss.
  expect(gemodel(p, r, 0.1, 0.1).meanRun).toBeCloseTo(1 / 0.9, 9);
});

test('four states: the closed form of the stationary distribution', () => {
  fc.assert(
    fc.property(fc.array(probability, { minLength: 5, maxLength: 5 }), ([p13, p31, p32, p23, p14]) => {
      fc.pre(p13 + p14 < 0.999 && p31 + p32 < 0.999);
      const good = 1 / (1 + p14 + (p13 / p31) * (1 + p32 / p23));
      expect(state(p13, p31, p32, p23, p14).ratio).toBeCloseTo(good * (p14 + p13 / p31), 9);
    }),
  );
});

test('four states with tc’s defaults are independent loss', () => {
  const figures = state(0.05, 0.95, 0, 1, 0);
  expect(figures.ratio).toBeCloseTo(0.05, 12);
  expect(figures.meanRun).toBeCloseTo(1 / 0.95, 9);
});

test('four states: a sum of 100 % and more leaves nothing to the second move, where it wraps', () => {
  // 70 % and 30 % of 2^32 - 1 come to 2^32 - 2: state 1 is never stayed in, 3 is left at once.
  expect(state(0.7, 1, 0, 1, 0.3).ratio).toBeCloseTo(0.5, 9);
  // 10 % and 90 % come to 2^32, which is 0: no way from 3 to 1, but by p32 to 2 and back.
  expect(state(0.5, 0.9, 0.1, 1, 0).ratio).toBeCloseTo(1 / 1.1, 9);
  expect(state(0.6, 1, 0, 1, 0.5).ratio).toBeCloseTo(1 / 3, 9);
});

test('the figures are those of the packets that are lost, wrapped or not', () => {
  const tenths = fc.integer({ min: 1, max: 9 }).map((n) => n / 10);
  fc.assert(
    fc.property(fc.array(tenths, { minLength: 5, maxLength: 5 }), fc.nat(), ([p13, p31, p32, p23, p14], seed) => {
      const model = { kind: 'state', p13, p31, p32, p23, p14 } as const;
      const process = lossProcess(model, new Taus113(seed), new Taus113(0));
      const packets = 20_000;
      let lost = 0;
      for (let i = 0; i < packets; i++) if (process?.happens()) lost++;
      // The slowest of these chains, with tenths of 1 between 1, 3 and 2, has the eigenvalue 0.9: variances grow by at most 1.9 / 0.1 < 20. So
      // the sd of the share is at most 0.5 / sqrt(packets / 20); 6 of them leave 2 in 10^9, for each of 100 runs.
      expect(Math.abs(lost / packets - lossFigures(model).ratio)).toBeLessThan((6 * 0.5) / Math.sqrt(packets / 20));
    }),
  );
});

test('chains that stay where they got to, or swing', () => {
  expect(gemodel(0.01, 0).ratio).toBeCloseTo(1, 9);
  expect(gemodel(0, 0.5)).toEqual({ ratio: 0 });
  expect(gemodel(1, 1).ratio).toBeCloseTo(0.5, 12);
  expect(state(0.5, 0, 0.5, 0, 0).ratio).toBeCloseTo(0, 9);
});

test('probabilities as small as tc’s grain of 2^-32 settle', () => {
  expect(gemodel(2 ** -32, 2 ** -31).ratio).toBeCloseTo(1 / 3, 6);
});
