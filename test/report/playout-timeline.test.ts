import { expect, test } from 'vitest';
import type { RunRecord, Series } from '../../src/record/schema.ts';
import { analyse } from '../../src/report/analyse.ts';
import { playoutTimeline } from '../../src/report/charts/playout-timeline.ts';
import { renderSvg } from '../../src/report/render.ts';
import { duel } from './fixtures.ts';

const LATENESS: Series = { metric: 'playout_lateness_ms', t: [0.2, 0.3, 0.6], values: [-20, 200, -1] };
const LOST: Series = { metric: 'playout_lost', t: [0.4], values: [2] };
const STALL: Series = { metric: 'playout_stall_ms', t: [0.3], values: [200] };

/** A run in which one case of tcp has played, in its first trial and in its second. */
function played(first: readonly Series[], second: readonly Series[]): RunRecord {
  const run = duel(2);
  const tcp = run.cases.findIndex(({ transport }) => transport.label === 'tcp');
  const trials = run.trials.map((trial) => {
    if (trial.state !== 'completed' || trial.case !== tcp) return trial;
    return { ...trial, series: [...trial.series, ...(trial.trial === 1 ? first : second)] };
  });
  return { ...run, trials };
}

/** The frames and stalls that a chart is given. */
const drawn = (run: RunRecord): Record<string, unknown>[] => {
  const found: Record<string, unknown>[] = [];
  JSON.stringify(playoutTimeline.spec(analyse(run)), (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'fate' in value) found.push(value as Record<string, unknown>);
    return value;
  });
  return found;
};

test('every frame of the first trial is there with its fate, and every stall', () => {
  expect(drawn(played([LATENESS, LOST, STALL], []))).toEqual([
    { row: 'tcp', t: 0.2, fate: 'in time' },
    { row: 'tcp', t: 0.6, fate: 'in time' },
    { row: 'tcp', t: 0.3, end: 0.5, fate: 'stalled' },
    { row: 'tcp', t: 0.3, fate: 'late' },
    { row: 'tcp', t: 0.4, fate: 'lost' },
  ]);
});

test('it draws without a warning, with a legend of all fates', async () => {
  for (const series of [[LATENESS, LOST, STALL], [LATENESS], [LOST]]) {
    const spec = playoutTimeline.spec(analyse(played(series, [])));
    if (!spec) throw new Error('there is something to show');
    const { svg, warnings } = await renderSvg(spec);
    expect(warnings).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    for (const fate of ['in time', 'late', 'lost', 'stalled']) expect(svg).toContain(`>${fate}<`);
    expect(svg).toContain('>tcp<');
    expect(svg).not.toContain('>udp<');
  }
});

test('without frames there is nothing to show', () => {
  expect(playoutTimeline.spec(analyse(duel(2)))).toBeUndefined();
  expect(playoutTimeline.spec(analyse(played([], [LATENESS])))).toBeUndefined();
});
