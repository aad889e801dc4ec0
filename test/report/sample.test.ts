import { expect, test } from 'vitest';
import { FORMAT_VERSION } from '../../src/record/schema.ts';
import { analyse } from '../../src/report/analyse.ts';
import { trialsCsv } from '../../src/report/csv/trials.ts';
import { loadRun } from '../../src/report/store.ts';
import { table } from '../../src/report/table.ts';

/** One small run per format version stays readable for good: results/sample-format-N. */
const VERSIONS = Array.from({ length: FORMAT_VERSION }, (_, i) => i + 1);

test.each(VERSIONS)('a run of format %i is read and reported', async (version) => {
  const run = await loadRun(`results/sample-format-${version}`);
  expect(run.trials.map(({ state }) => state)).toEqual(['completed', 'completed']);
  expect(trialsCsv(run).trim().split('\n')).toHaveLength(3);
  expect(table(analyse(run), { color: false, width: 100 })).toContain('delay 10ms loss 1% rate 20mbit');
});
