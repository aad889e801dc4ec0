import { scaleOf } from '../../record/units.ts';
import type { CaseSummary } from '../analyse.ts';
import type { Chart } from './chart.ts';
import { type Layer, panels, panelWidth } from './panels.ts';
import { MUTED, strokeLegend, transportScale } from './theme.ts';

/** Name of the series that this chart draws. */
const METRIC = 'goodput_bps';

interface Sample {
  readonly transport: string;
  /** One line each. */
  readonly line: string;
  readonly t: number;
  readonly value: number;
}

export const goodputOverTime: Chart = {
  name: 'goodput-over-time',
  title: 'Goodput over time',
  howToRead:
    'One thin line per trial: steady lines are steady transports, dips are stalls. Time counts from the opening of the measured window; what is left of 0 is warm-up.',
  spec(analysis) {
    const groups = analysis.groups
      .map(({ title, note, cases }) => ({
        title,
        note,
        samples: cases.flatMap((index) => samplesOf(analysis.cases[index])),
      }))
      .filter((group) => group.samples.length > 0);
    const width = panelWidth(groups.length);
    const color = {
      field: 'transport',
      type: 'nominal',
      title: null,
      scale: transportScale(analysis),
      legend: strokeLegend(groups.flatMap(({ samples }) => samples)),
    } as const;
    return panels(
      groups.map(({ title, note, samples }) => {
        const { factor, prefix } = scaleOf(Math.max(...samples.map((sample) => sample.value)));
        const lines: Layer = {
          data: { values: samples.map((sample) => ({ ...sample, value: sample.value / factor })) },
          mark: { type: 'line', strokeWidth: 1.4, opacity: 0.75, clip: true },
          encoding: {
            x: {
              field: 't',
              type: 'quantitative',
              title: 'time (s)',
              axis: { grid: false, tickCount: 8 },
              scale: { nice: false },
            },
            y: {
              field: 'value',
              type: 'quantitative',
              title: `goodput (${prefix}bit/s)`,
              axis: { tickCount: 5 },
              scale: { zero: true },
            },
            detail: { field: 'line', type: 'nominal' },
            color,
          },
        };
        const opening: Layer = {
          data: { values: [{ t: 0 }] },
          mark: { type: 'rule', color: MUTED, strokeDash: [3, 3] },
          encoding: { x: { field: 't', type: 'quantitative' } },
        };
        const warm = samples.some((sample) => sample.t < 0);
        return { title, note, spec: { width, height: 180, layer: warm ? [opening, lines] : [lines] } };
      }),
    );
  },
};

function samplesOf(entry: CaseSummary): Sample[] {
  const transport = entry.case.transport.label;
  return entry.completed.flatMap((trial) =>
    trial.series
      .filter((series) => series.metric === METRIC)
      .flatMap((series) =>
        series.t
          .map((t, i) => ({ transport, line: `${entry.index}/${trial.trial}`, t, value: series.values[i] }))
          .filter((sample) => sample.value !== undefined),
      ),
  );
}
