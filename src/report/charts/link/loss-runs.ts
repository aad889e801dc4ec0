import { formatCount } from '../../../record/units.ts';
import type { Layer, PanelSpec } from '../panels.ts';
import { INK } from '../theme.ts';
import { empty, type Frame, HEIGHT, percentLabel, titled } from './frame.ts';

interface Point {
  readonly length: number;
  /** Of the runs of losses, those of at least this length. */
  readonly share: number;
}

/** How long losses last, beside the geometric law, which is a straight line here. */
export function lossRunsPanel(ascending: readonly number[], frame: Frame): PanelSpec {
  if (ascending.length === 0) return empty(frame, 'Nothing was lost.');
  const mean = ascending.reduce((sum, length) => sum + length, 0) / ascending.length;
  const longest = ascending[ascending.length - 1];
  const least = 1 / ascending.length;
  const encoding: Extract<Layer, { mark: unknown }>['encoding'] = {
    x: {
      field: 'length',
      type: 'quantitative',
      title: 'frames lost in a row, at least',
      scale: { domain: [0, Math.max(4, longest * 1.05)], nice: false },
      axis: { tickMinStep: 1, tickCount: 8, format: 'd', grid: false },
    },
    y: {
      field: 'share',
      type: 'quantitative',
      title: 'share of losses',
      scale: { type: 'log', domain: [Math.min(least, 0.1), 1], nice: true },
      axis: { values: [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1], labelExpr: percentLabel },
    },
  };
  const average = formatCount(Number(mean.toPrecision(3)));
  return {
    title: titled(
      frame,
      `dots: ${average} in a row on average, ${formatCount(longest)} at most`,
      'dashed: geometric law of the same mean',
    ),
    width: frame.width,
    height: HEIGHT,
    layer: [
      {
        data: { values: geometricLaw(mean, Math.max(longest, 4), least) },
        mark: { type: 'line', color: INK, strokeDash: [5, 4], strokeWidth: 1.5, clip: true },
        encoding,
      },
      {
        data: { values: survival(ascending) },
        mark: { type: 'point', filled: true, color: frame.color, size: 45, opacity: 0.9 },
        encoding,
      },
    ],
  };
}

/** A point for every length that occurs. */
function survival(ascending: readonly number[]): Point[] {
  return ascending.flatMap((length, i) =>
    length === ascending[i - 1] ? [] : [{ length, share: 1 - i / ascending.length }],
  );
}

/** P(at least k) = (1 - 1/mean)^(k - 1): the ends of that line, as far as the panel goes. */
function geometricLaw(mean: number, longest: number, least: number): Point[] {
  const longer = 1 - 1 / mean;
  if (longer === 0) return [];
  const length = Math.min(longest, 1 + Math.log(least) / Math.log(longer));
  return [
    { length: 1, share: 1 },
    { length, share: longer ** (length - 1) },
  ];
}
