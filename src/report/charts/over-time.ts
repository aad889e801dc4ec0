import { scaleOf } from '../../record/units.ts';
import type { CaseSummary } from '../analyse.ts';
import type { Chart } from './chart.ts';
import { type Layer, panels, panelWidth } from './panels.ts';
import { MUTED, strokeLegend, transportScale } from './theme.ts';

interface Sample {
  readonly transport: string;
  /** One line each. */
  readonly line: string;
  readonly t: number;
  readonly value: number;
}

/** What of a series there is to draw. */
export interface Drawn {
  readonly name: string;
  readonly title: string;
  readonly howToRead: string;
  /** Name of the series. */
  readonly metric: string;
  /** Title of the axis, without its unit. */
  readonly axis: string;
  /** Absent for counts. */
  readonly unit?: 'bit/s' | 'B' | 'ms';
}

/** A line per trial for one series, a panel per group. */
export function overTime({ name, title, howToRead, metric, axis, unit }: Drawn): Chart {
  return {
    name,
    title,
    howToRead,
    spec(analysis) {
      const groups = analysis.groups
        .map(({ title, note, cases }) => ({
          title,
          note,
          samples: cases.flatMap((index) => samplesOf(analysis.cases[index], metric)),
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
          const { factor, text } = unitOf(unit, Math.max(...samples.map((sample) => sample.value)));
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
                title: `${axis}${text}`,
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
}

/** Milliseconds stay what they are. */
function unitOf(unit: Drawn['unit'], highest: number): { factor: number; text: string } {
  if (unit === undefined) return { factor: 1, text: '' };
  const { factor, prefix } = unit === 'ms' ? { factor: 1, prefix: '' } : scaleOf(highest);
  return { factor, text: ` (${prefix}${unit})` };
}

function samplesOf(entry: CaseSummary, metric: string): Sample[] {
  const transport = entry.case.transport.label;
  return entry.completed.flatMap((trial) =>
    trial.series
      // One sample makes no line.
      .filter((series) => series.metric === metric && series.t.length > 1)
      .flatMap((series) =>
        series.t
          .map((t, i) => ({ transport, line: `${entry.index}/${trial.trial}`, t, value: series.values[i] }))
          .filter((sample) => sample.value !== undefined),
      ),
  );
}
