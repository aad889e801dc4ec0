import { formatBitRate, scaleOf } from '../../record/units.ts';
import { type Analysis, type CaseSummary, valuesOf } from '../analyse.ts';
import type { Chart } from './chart.ts';
import { type Layer, type PanelSpec, panels, panelWidth } from './panels.ts';
import { INK, MUTED, transportScale } from './theme.ts';

const METRIC = 'goodput_bps';

export const goodput: Chart = {
  name: 'goodput',
  title: 'Goodput',
  howToRead:
    'Bars are medians over the trials, circles single trials, black lines 95 % intervals of the median; longer is better.',
  spec(analysis) {
    const groups = analysis.groups
      .map((group) => ({ ...group, cases: group.cases.map((index) => analysis.cases[index]) }))
      .filter((group) => group.cases.some((entry) => entry.metrics.has(METRIC)));
    const width = panelWidth(groups.length);
    return panels(groups.map(({ title, note, cases }) => ({ title, note, spec: panel(analysis, cases, width) })));
  },
};

function panel(analysis: Analysis, cases: readonly CaseSummary[], width: number): PanelSpec {
  const highest = Math.max(...cases.flatMap((entry) => [...valuesOf(entry.completed, METRIC), 0]));
  const { factor, prefix } = scaleOf(highest);
  const order = [...new Set(cases.map((entry) => entry.case.transport.label))];
  const rows = cases.map((entry) => {
    const transport = entry.case.transport.label;
    const summary = entry.metrics.get(METRIC);
    if (!summary) return { transport, median: 0, text: without(entry), end: 0, failed: true };
    const end = Math.max(summary.interval?.high ?? 0, ...valuesOf(entry.completed, METRIC)) / factor;
    return {
      transport,
      median: summary.median / factor,
      text: formatBitRate(summary.median),
      end,
      failed: false,
      ...(summary.interval && { low: summary.interval.low / factor, high: summary.interval.high / factor }),
    };
  });
  const trials = cases.flatMap((entry) =>
    valuesOf(entry.completed, METRIC).map((value) => ({
      transport: entry.case.transport.label,
      value: value / factor,
    })),
  );
  const y = { field: 'transport', type: 'nominal', sort: order, title: null } as const;
  const x = { type: 'quantitative', title: `goodput (${prefix}bit/s)`, axis: { tickCount: 6 } } as const;
  // A zero-based axis with room for the text at the right of the longest bar.
  const domain = [0, highest === 0 ? 1 : (highest / factor) * (1 + 90 / width)];
  const intervals = rows.filter((row) => 'low' in row);
  const interval: Layer[] = [
    {
      data: { values: intervals },
      mark: { type: 'rule', color: INK, strokeWidth: 2, yOffset: -4 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    ...['low', 'high'].map(
      (field): Layer => ({
        data: { values: intervals },
        mark: { type: 'tick', color: INK, thickness: 2, height: 8, yOffset: -4 },
        encoding: { y, x: { ...x, field } },
      }),
    ),
  ];
  return {
    width,
    height: { step: 36 },
    layer: [
      {
        data: { values: rows },
        mark: { type: 'bar', height: { band: 0.62 } },
        encoding: {
          y,
          x: { ...x, field: 'median', scale: { domain, nice: false }, stack: null },
          color: { field: 'transport', type: 'nominal', scale: transportScale(analysis), legend: null },
        },
      },
      {
        data: { values: trials },
        mark: { type: 'point', filled: true, fill: 'white', stroke: INK, strokeWidth: 1, size: 22, yOffset: 6 },
        encoding: { y, x: { ...x, field: 'value' } },
      },
      ...(intervals.length > 0 ? interval : []),
      {
        data: { values: rows },
        mark: { type: 'text', align: 'left', dx: 8, fontSize: 12 },
        encoding: {
          y,
          x: { ...x, field: 'end' },
          text: { field: 'text', type: 'nominal' },
          color: { condition: { test: 'datum.failed', value: MUTED }, value: INK },
        },
      },
    ],
  };
}

/** Why a case has no bar. */
function without(entry: CaseSummary): string {
  const states = new Set(entry.trials.map((trial) => trial.state));
  if (states.size === 0) return 'not measured';
  if (states.has('completed')) return 'no goodput measured';
  return [...states].join(', ');
}
