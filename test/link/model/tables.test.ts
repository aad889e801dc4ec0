import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { distributionTable } from '../../../src/link/model/tables.ts';
import { requirement } from '../../requirements.ts';

/** Where Debian puts the files of iproute2, and where others do. */
const folder = ['/usr/lib/x86_64-linux-gnu/tc', '/usr/lib/aarch64-linux-gnu/tc', '/usr/lib/tc', '/usr/lib64/tc'].find(
  (path) => existsSync(`${path}/normal.dist`),
);

const tcTables = requirement('tables of tc', () =>
  folder === undefined ? 'no normal.dist of iproute2 here' : undefined,
);

const shipped = (name: string): number[] =>
  readFileSync(`${folder}/${name}.dist`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => line.trim().split(/\s+/).map(Number));

/** In units of the jitter. */
const moments = (name: string) => {
  const values = Array.from(distributionTable({ name }), (value) => value / 8192);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  return { mean, sd, least: Math.min(...values), most: Math.max(...values) };
};

describe('distributionTable', () => {
  for (const name of ['normal', 'pareto', 'paretonormal']) {
    it(`computes the table of iproute2: ${name}`, async (context) => {
      await tcTables(context);
      expect([...distributionTable({ name })]).toEqual(shipped(name));
    });
  }

  it('comes close to the table experimental of iproute2', async (context) => {
    await tcTables(context);
    const ours = distributionTable({ name: 'experimental' });
    const off = shipped('experimental').map((value, i) => (ours[i] - value) / 8192);
    expect(ours).toHaveLength(off.length);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.05);
    expect(Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length)).toBeLessThan(0.013);
  });

  it.each([
    // As computed from the files that iproute2 ships; its own sd is not 1.
    ['normal', -0.001, 1, -4, 3.52],
    ['pareto', -0.033, 0.82, -0.667, 4],
    ['paretonormal', -0.025, 0.834, -1.5, 3.88],
    // Our approximation: within 0.05 of the jitter.
    ['experimental', -0.003, 0.885, -1.29, 4],
  ])('has the moments of %s', (name, mean, sd, least, most) => {
    const found = moments(name);
    expect(found.mean).toBeCloseTo(mean, 3);
    expect(found.sd).toBeCloseTo(sd, 3);
    expect(found.least).toBeCloseTo(least, 2);
    expect(found.most).toBeCloseTo(most, 2);
  });

  it('takes the values of a table that is not built in', () => {
    expect([...distributionTable({ name: 'own', values: [-8192, 0, 8192] })]).toEqual([-8192, 0, 8192]);
  });

  it('refuses a name without values', () => {
    expect(() => distributionTable({ name: 'own' })).toThrow("distribution 'own' is not built in (normal, pareto,");
  });
});
