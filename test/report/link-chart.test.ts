import { expect, test } from 'vitest';
import { type DirectionPicture, linkChart } from '../../src/report/charts/link/index.ts';
import { linkPage } from '../../src/report/charts/link/page.ts';
import { renderSvg } from '../../src/report/render.ts';

const ms = (values: readonly number[]): Float64Array => Float64Array.from(values, (value) => value * 1e6);
const direction = (given: Partial<DirectionPicture> = {}, name = 'both directions'): DirectionPicture => ({
  name,
  light: { delaysNs: ms([20, 21, 22, 30]), lossRuns: [1, 1, 2, 5] },
  saturated: { periodNs: 1e8, bps: [1e6, 2e6, 0] },
  ...given,
});
const chart = (...directions: DirectionPicture[]) =>
  linkChart({ title: 'a link', subtitle: ['delay 20ms', 'simulated'], directions });

test.each<[string, DirectionPicture[]]>([
  ['one direction', [direction()]],
  ['two directions', [direction({}, 'up: client to server'), direction({}, 'down: server to client')]],
  ['one delay', [direction({ light: { delaysNs: ms([20, 20]), lossRuns: [1] } })]],
  ['no delay at all', [direction({ light: { delaysNs: ms([0, 0]), lossRuns: [1] } })]],
  ['delays of an hour and of nothing', [direction({ light: { delaysNs: ms([0, 3.6e6]), lossRuns: [1] } })]],
  ['nothing that came through', [direction({ light: { delaysNs: ms([]), lossRuns: [200_000] } })]],
  ['nothing lost, nothing limited', [{ name: 'up', light: { delaysNs: ms([1]), lossRuns: [] } }]],
  ['no capacity', [direction({ saturated: { periodNs: 1e9, bps: [0, 0] } })]],
  ['a saturation of no length', [direction({ saturated: { periodNs: 1e9, bps: [] } })]],
  ['bursts of all lengths', [direction({ light: { delaysNs: ms([1]), lossRuns: [1, 1, 1, 2, 3, 90, 20_000] } })]],
])('%s is drawn without a warning', async (_, directions) => {
  const { svg, warnings } = await renderSvg(chart(...directions));
  expect(warnings).toEqual([]);
  expect(svg).toMatch(/^<svg /);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(1200);
});

test('the titles say what is drawn, in numbers', async () => {
  const { svg } = await renderSvg(chart(direction()));
  for (const text of [
    'a link',
    'delay 20ms',
    'Delay, both directions',
    'Loss, both',
    'Capacity, both',
    'median 22 ms',
  ]) {
    expect(svg).toContain(text);
  }
  expect(svg).toContain('dots: 2.25 in a row on average, 5 at most');
  expect(svg).toContain('mean 1 Mbit/s');
});

test('what there is nothing to draw of says so', async () => {
  const { svg } = await renderSvg(chart({ name: 'up', light: { delaysNs: ms([1]), lossRuns: [] } }));
  expect(svg).toContain('Nothing was lost.');
  expect(svg).toContain('Nothing limits the rate.');
});

test('all frames are in the bars', () => {
  const delays = Array.from({ length: 1000 }, (_, i) => 10 + ((i * 7919) % 1000) / 100);
  const spec = JSON.parse(
    JSON.stringify(chart(direction({ light: { delaysNs: ms(delays.sort((a, b) => a - b)), lossRuns: [] } }))),
  );
  const bins: { share: number; from: number; to: number }[] = spec.concat[0].layer[0].data.values;
  expect(bins.reduce((sum, bin) => sum + bin.share, 0)).toBeCloseTo(1, 9);
  expect(bins.length).toBeLessThanOrEqual(64);
  expect(bins[0].from).toBeLessThanOrEqual(10);
  expect(bins.at(-1)?.to).toBeGreaterThanOrEqual(20);
});

test('geometric runs lie on the geometric law', () => {
  // Half of the runs end with every frame: 512 of length 1, 256 of 2, and so on.
  const runs = Array.from({ length: 10 }, (_, i) => new Array<number>(2 ** (9 - i)).fill(i + 1)).flat();
  const spec = JSON.parse(JSON.stringify(chart(direction({ light: { delaysNs: ms([1]), lossRuns: runs } }))));
  const [law, simulated] = spec.concat[1].layer.map((layer: { data: { values: unknown } }) => layer.data.values);
  const slope = Math.log(law[1].share) / (law[1].length - law[0].length);
  expect(Math.exp(slope)).toBeCloseTo(0.5, 2);
  expect(simulated.slice(0, 3)).toEqual([
    { length: 1, share: 1 },
    { length: 2, share: expect.closeTo(0.5, 2) },
    { length: 3, share: expect.closeTo(0.25, 2) },
  ]);
});

test('a page holds everything, escaped, and fetches nothing', () => {
  const page = linkPage({
    title: '<script>',
    summary: 'sum & mary',
    sections: [{ heading: 'up', sentences: ['a < b'] }],
    profile: 'delay 20ms',
    svg: '<svg><g id="a"/></svg>',
  });
  expect(page).toContain('<h1>&lt;script&gt;</h1>');
  expect(page).toContain('a &lt; b');
  expect(page).toContain('<svg><g id="link-a"/></svg>');
  expect(page).not.toMatch(/<script|https?:/);
});
