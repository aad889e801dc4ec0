import { median } from '../../stats/quantile.ts';
import type { CaseSummary } from '../analyse.ts';
import type { Chart } from './chart.ts';
import { type Layer, panels, panelWidth } from './panels.ts';
import { strokeLegend, transportScale } from './theme.ts';

interface Point {
  readonly transport: string;
  readonly line: string;
  /** 1 / (1 - quantile): stretches the tail, 10 is 90 %, 100 is 99 %. */
  readonly tail: number;
  readonly ms: number;
}

export const delayPercentiles: Chart = {
  name: 'delay-percentiles',
  title: 'One-way delay by percentile',
  howToRead:
    'Read "99 %" as: 99 % of the messages took no longer than this. Of ping the times are round trips. Thick lines are medians over the trials, thin ones single trials; lower and flatter is better.',
  spec(analysis) {
    const groups = analysis.groups
      .map(({ title, note, cases }) => ({
        title,
        note,
        thin: cases.flatMap((index) => trialCurves(analysis.cases[index])),
        thick: cases.flatMap((index) => medianCurve(analysis.cases[index])),
      }))
      .filter((group) => group.thin.length > 0);
    const width = panelWidth(groups.length);
    const scale = transportScale(analysis);
    const legend = strokeLegend(groups.flatMap(({ thin }) => thin));
    return panels(
      groups.map(({ title, note, thin, thick }) => {
        const values = thin.map((point) => point.ms);
        const logarithmic = Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 100;
        const last = Math.max(...thin.map((point) => point.tail));
        const ticks = [1, 2, 10, 100, 1e3, 1e4, 1e5].filter((tick) => tick <= last * 1.001);
        const encoding: Extract<Layer, { mark: unknown }>['encoding'] = {
          x: {
            field: 'tail',
            type: 'quantitative',
            title: 'percentile of messages',
            scale: { type: 'log', domain: [1, last], nice: false },
            axis: {
              values: ticks,
              labelExpr: "datum.value < 1.5 ? 'min' : format(100 - 100 / datum.value, '.5~r') + ' %'",
              labelFlush: true,
            },
          },
          y: {
            field: 'ms',
            type: 'quantitative',
            title: logarithmic ? 'delay (ms, log scale)' : 'delay (ms)',
            scale: logarithmic ? { type: 'log' } : { zero: true },
            axis: logarithmic ? { values: decades(values), format: '~r' } : { tickCount: 5 },
          },
          detail: { field: 'line', type: 'nominal' },
          color: {
            field: 'transport',
            type: 'nominal',
            title: null,
            scale,
            legend,
          },
        };
        const line = { type: 'line', interpolate: 'monotone', clip: true } as const;
        return {
          title,
          note,
          spec: {
            width,
            height: 220,
            layer: [
              { data: { values: thin }, mark: { ...line, strokeWidth: 1, opacity: 0.45 }, encoding },
              { data: { values: thick }, mark: { ...line, strokeWidth: 2.5 }, encoding },
            ],
          },
        };
      }),
    );
  },
};

/** A grid line per decade: those between would only be noise. */
function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
}

/** The maximum (quantile 1) has no place on a tail-stretching axis. */
function trialCurves(entry: CaseSummary): Point[] {
  return entry.completed.flatMap((trial) =>
    (trial.delay?.quantiles ?? [])
      .map((quantile, i) => ({
        transport: entry.case.transport.label,
        line: `${entry.index}/${trial.trial}`,
        tail: tailOf(quantile),
        ms: (trial.delay?.seconds[i] ?? Number.NaN) * 1e3,
      }))
      .filter((point) => Number.isFinite(point.tail) && Number.isFinite(point.ms)),
  );
}

/** Medians over trials at those quantiles that every trial reached. */
function medianCurve(entry: CaseSummary): Point[] {
  const points = trialCurves(entry);
  const lines = new Set(points.map((point) => point.line)).size;
  return [...new Set(points.map((point) => point.tail))]
    .map((tail) => ({ tail, values: points.filter((point) => point.tail === tail).map((point) => point.ms) }))
    .filter(({ values }) => values.length === lines)
    .map(({ tail, values }) => ({
      transport: entry.case.transport.label,
      line: `${entry.index}`,
      tail,
      ms: median(values),
    }));
}

/** Rounded, so that 0.9 and 1 - 0.1 give the same point. */
function tailOf(quantile: number): number {
  return quantile >= 1 ? Number.POSITIVE_INFINITY : Number((1 / (1 - quantile)).toPrecision(9));
}
