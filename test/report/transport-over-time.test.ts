import { expect, test } from 'vitest';
import { analyse } from '../../src/report/analyse.ts';
import { CHARTS } from '../../src/report/charts/index.ts';
import { transportOverTime } from '../../src/report/charts/transport-over-time.ts';
import { renderSvg } from '../../src/report/render.ts';
import { duel, told } from './fixtures.ts';

/** A run in which tcp tells of a series. */
const run = (metric: string, value: number) => told(duel(2), metric, value, (transport) => transport === 'tcp');

test('all of them are in the report, behind what was measured', () => {
  expect(CHARTS.slice(-transportOverTime.length)).toEqual(transportOverTime);
});

test.each([
  ['congestion-window', 'congestion_window_bytes', 1_500_000, 'window (MB)'],
  ['bytes-in-flight', 'bytes_in_flight', 14_000, 'in flight (kB)'],
  ['pacing-rate', 'pacing_bps', 20e6, 'pacing rate (Mbit/s)'],
  ['round-trip-time', 'srtt_ms', 1200, 'srtt (ms)'],
  ['packets-declared-lost', 'packets_declared_lost', 3, 'packets per sample'],
])('%s draws what the transports tell of it', async (name, metric, value, axis) => {
  const spec = transportOverTime.find((chart) => chart.name === name)?.spec(analyse(run(metric, value)));
  if (!spec) throw new Error('there is something to show');
  const { svg, warnings } = await renderSvg(spec);
  expect(warnings).toEqual([]);
  expect(svg).toContain(`>${axis}<`);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  // The legend has those that tell, and no others.
  expect(svg).toContain('>tcp<');
  expect(svg).not.toContain('>udp<');
});

test('what no transport tells is not drawn', () => {
  const analysis = analyse(run('congestion_window_bytes', 1e6));
  expect(transportOverTime.filter((chart) => chart.spec(analysis)).map(({ name }) => name)).toEqual([
    'congestion-window',
  ]);
});
