import { expect, test } from 'vitest';
import { type Analysis, analyse } from '../../src/report/analyse.ts';
import { CHARTS } from '../../src/report/charts/index.ts';
import { pingOverTime } from '../../src/report/charts/ping-over-time.ts';
import { playoutTimeline } from '../../src/report/charts/playout-timeline.ts';
import { wrap } from '../../src/report/charts/theme.ts';
import { transportOverTime } from '../../src/report/charts/transport-over-time.ts';
import { renderSvg } from '../../src/report/render.ts';
import { allFailed, duel, FIXTURES, odd, told, troubled } from './fixtures.ts';

const RUNS = ['duel', 'troubled', 'loopbackOnly', 'oneCase', 'many', 'grid', 'odd', 'shimmed'] as const;

/** Of what transports tell, or other scenarios find, which those of the fixtures do not: see their own tests. */
const ELSEWHERE = [...transportOverTime, pingOverTime, playoutTimeline];
const EVERYWHERE = CHARTS.filter((chart) => !ELSEWHERE.includes(chart));

const analyses = new Map<string, Analysis>();

/** The statistics of a fixture take longer than what is tested here: once is enough. */
function analysisOf(run: (typeof RUNS)[number]): Analysis {
  const analysis = analyses.get(run) ?? analyse(FIXTURES[run]());
  analyses.set(run, analysis);
  return analysis;
}

test.each(RUNS.flatMap((run) => EVERYWHERE.map((chart) => [chart.name, run, chart] as const)))(
  '%s of %s compiles and draws without a warning',
  async (_, run, chart) => {
    const spec = chart.spec(analysisOf(run));
    if (!spec) throw new Error('every one of these runs has something to show');
    const before = structuredClone(spec);
    const { svg, warnings } = await renderSvg(spec);
    expect(warnings).toEqual([]);
    expect(spec).toEqual(before);
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  },
);

test.each(CHARTS.map((chart) => [chart.name, chart] as const))('%s has nothing to show when all failed', (_, chart) => {
  expect(chart.spec(analyse(allFailed()))).toBeUndefined();
});

test('round trips over time are drawn where there was a ping', async () => {
  expect(pingOverTime.spec(analyse(duel(2)))).toBeUndefined();
  const spec = pingOverTime.spec(analyse(told(duel(2), 'ping_rtt_ms', 40, (transport) => transport === 'tcp')));
  if (!spec) throw new Error('there is something to show');
  const { svg, warnings } = await renderSvg(spec);
  expect(warnings).toEqual([]);
  expect(svg).toContain('>round trip (ms)<');
});

test('a single sample of a trial is no course of time', () => {
  const run = told(duel(2), 'ping_rtt_ms', 40, () => true);
  const brief = run.trials.map((trial) =>
    trial.state === 'completed'
      ? {
          ...trial,
          series: trial.series.map(({ metric, t, values }) => ({
            metric,
            t: t.slice(0, 1),
            values: values.slice(0, 1),
          })),
        }
      : trial,
  );
  expect(pingOverTime.spec(analyse({ ...run, trials: brief }))).toBeUndefined();
});

test('a warning of the compiler is not lost', async () => {
  const { warnings } = await renderSvg({
    data: { values: [{ a: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'a', type: 'quantitative' }, shape: { field: 'a', type: 'nominal' } },
  });
  expect(warnings.join()).toMatch(/shape/);
});

test('a case without goodput stays visible, with the reason', async () => {
  const goodput = CHARTS.find((chart) => chart.name === 'goodput');
  const spec = goodput?.spec(analyse(troubled()));
  if (!spec) throw new Error('there is goodput to show');
  const { svg } = await renderSvg(spec);
  expect(svg).toContain('>quic<');
  expect(svg).toContain('>unsupported<');
});

test('the drawing grows with the labels no further than the page', async () => {
  for (const chart of EVERYWHERE) {
    const spec = chart.spec(analyse(odd('x '.repeat(200))));
    if (!spec) throw new Error('there is something to show');
    const width = Number(/width="(\d+)"/.exec((await renderSvg(spec)).svg)?.[1]);
    expect(width).toBeLessThan(1200);
  }
});

test('long labels are wrapped at spaces and end in an ellipsis', () => {
  expect(wrap('delay 10ms loss 1%', 11)).toEqual(['delay 10ms', 'loss 1%']);
  expect(wrap('a'.repeat(20), 8)).toEqual(['aaaaaaa…']);
  expect(wrap('one two three four', 5, 2)).toEqual(['one', 'two…']);
  expect(wrap('', 5)).toEqual(['']);
});
