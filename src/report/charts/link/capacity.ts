import { formatBitRate, formatSeconds, scaleOf } from '../../../record/units.ts';
import type { PanelSpec } from '../panels.ts';
import { INK } from '../theme.ts';
import { empty, type Frame, HEIGHT, titled } from './frame.ts';
import type { DirectionPicture } from './picture.ts';

/** What a saturated link delivers over time, and its mean. */
export function capacityPanel(saturated: DirectionPicture['saturated'], frame: Frame): PanelSpec {
  if (!saturated) return empty(frame, 'Nothing limits the rate.');
  const { periodNs, bps } = saturated;
  if (bps.length === 0) return empty(frame, 'Nothing came through.');
  const [least, mean, highest] = [
    Math.min(...bps),
    bps.reduce((sum, rate) => sum + rate, 0) / bps.length,
    Math.max(...bps),
  ];
  const { factor, prefix } = scaleOf(highest);
  const period = periodNs / 1e9;
  // Every period is a level; the last one needs its end.
  const values = [...bps, bps[bps.length - 1]].map((rate, i) => ({ t: i * period, rate: rate / factor }));
  const top = highest === 0 ? 1 : (highest / factor) * 1.1;
  return {
    title: titled(
      frame,
      `saturated: mean ${formatBitRate(mean)} (dashed)`,
      `per ${formatSeconds(period)}: ${formatBitRate(least)} to ${formatBitRate(highest)}`,
    ),
    width: frame.width,
    height: HEIGHT,
    encoding: {
      y: {
        type: 'quantitative',
        title: `delivered (${prefix}bit/s)`,
        scale: { domain: [0, top], nice: false },
        axis: { tickCount: 5 },
      },
    },
    layer: [
      {
        data: { values },
        mark: {
          type: 'area',
          interpolate: 'step-after',
          color: frame.color,
          fillOpacity: 0.18,
          line: { color: frame.color, strokeWidth: 1.2, interpolate: 'step-after' },
        },
        encoding: {
          x: {
            field: 't',
            type: 'quantitative',
            title: 'time (s)',
            scale: { nice: false },
            axis: { grid: false, tickCount: 8 },
          },
          y: { field: 'rate' },
        },
      },
      {
        data: { values: [{ mean: mean / factor }] },
        mark: { type: 'rule', color: INK, strokeDash: [4, 3] },
        encoding: { y: { field: 'mean' } },
      },
    ],
  };
}
