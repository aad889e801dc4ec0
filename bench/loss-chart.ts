import type { TopLevelSpec } from 'vega-lite';
import { config, SCHEMA } from '../dist/report/charts/theme.js';
import { median } from '../src/stats/quantile.ts';
import { groupBy } from './figures.ts';
import { type LossCell, ofPattern, PATTERNS, pointOf } from './loss-cell.ts';

/** As in netduel's own charts (Okabe and Ito). */
const COLORS = ['#56B4E9', '#E69F00', '#D55E00', '#6e7781', '#0072B2', '#009E73', '#CC79A7'];
const [WIDTH, HEIGHT] = [320, 130];

type Panel = Extract<TopLevelSpec, { concat: unknown }>['concat'][number];

/** Goodput / ceiling over loss: a row per round trip, a column per pattern; undefined without cells. */
export function lossChart(cells: readonly LossCell[], transports: readonly string[]): TopLevelSpec | undefined {
  const roundTrips = [...new Set(cells.map(({ rttMs }) => rttMs))].sort((a, b) => a - b);
  const patterns = PATTERNS.filter(([pattern]) =>
    cells.some((cell) => cell.pattern === pattern && cell.lossPercent > 0),
  );
  const color = {
    field: 'transport',
    type: 'nominal',
    title: null,
    scale: { domain: [...transports], range: transports.map((_, i) => COLORS[i % COLORS.length]) },
    legend: { symbolType: 'stroke', symbolOpacity: 1, columns: transports.length },
  } as const;
  const concat = roundTrips.flatMap((rttMs) =>
    patterns.map(([pattern, title]): Panel => {
      const values = points(ofPattern(cells, pattern).filter((cell) => cell.rttMs === rttMs));
      const x = {
        field: 'loss',
        type: 'ordinal',
        sort: null,
        title: 'mean loss, each way',
        axis: { labelAngle: 0, labelExpr: "datum.value + ' %'" },
      } as const;
      return {
        title: `${title}, ${rttMs} ms`,
        width: WIDTH,
        height: HEIGHT,
        data: { values },
        encoding: { x, color },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 4, opacity: 0.35 },
            encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
          },
          {
            mark: { type: 'line', strokeWidth: 2, point: { size: 30 } },
            encoding: {
              y: {
                field: 'median',
                type: 'quantitative',
                title: 'goodput / ceiling',
                scale: { domain: [0, 1], nice: false },
                axis: { values: [0, 0.25, 0.5, 0.75, 1], format: '.2~f' },
              },
            },
          },
        ],
      };
    }),
  );
  if (concat.length === 0) return undefined;
  return { $schema: SCHEMA, config, columns: patterns.length, concat, resolve: { scale: { color: 'shared' } } };
}

function points(cells: readonly LossCell[]) {
  const sorted = cells.toSorted((a, b) => a.lossPercent - b.lossPercent);
  return groupBy(sorted, (cell) => `${pointOf(cell)} ${cell.transport}`).flatMap((group) => {
    const values = group.flatMap(({ steady }) => steady ?? []);
    if (values.length === 0) return [];
    const { transport, lossPercent } = group[0];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { transport, loss: String(lossPercent), median: median(values), low, high };
  });
}
