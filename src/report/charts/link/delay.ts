import { formatSeconds } from '../../../record/units.ts';
import type { PanelSpec } from '../panels.ts';
import { INK } from '../theme.ts';
import { empty, type Frame, HEIGHT, percentLabel, titled } from './frame.ts';

const MOST_BINS = 60;
const STEPS = [1, 2, 5, 10];

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** How the delays are distributed, with their median and 99th percentile. */
export function delayPanel(delaysNs: ArrayLike<number>, frame: Frame): PanelSpec {
  if (delaysNs.length === 0) return empty(frame, 'Nothing came through.');
  const ms = Array.from(delaysNs, (ns) => ns / 1e6);
  const at = (q: number): number => ms[Math.ceil(q * (ms.length - 1))];
  const text = (q: number): string => formatSeconds(at(q) / 1e3);
  const values = bins(ms);
  const highest = Math.max(...values.map((bin) => bin.share));
  const domain = [values[0].from, values[values.length - 1].to];
  const x = {
    type: 'quantitative',
    title: 'one-way delay (ms)',
    scale: { domain, nice: false },
  } as const;
  return {
    title: titled(frame, `median ${text(0.5)}, 99 % within ${text(0.99)} (dashed)`),
    width: frame.width,
    height: HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: 'bar', color: frame.color, binSpacing: 0.5 },
        encoding: {
          x: { ...x, field: 'from', bin: 'binned', axis: { grid: false, tickCount: 7 } },
          x2: { field: 'to' },
          y: {
            field: 'share',
            type: 'quantitative',
            title: 'share of the frames',
            axis: { tickCount: 5, labelExpr: percentLabel },
            scale: { domain: [0, Math.min(1, highest * 1.1)], nice: false },
          },
        },
      },
      {
        data: { values: [{ ms: at(0.5) }, { ms: at(0.99) }] },
        mark: { type: 'rule', color: INK, strokeDash: [4, 3] },
        encoding: { x: { ...x, field: 'ms' } },
      },
    ],
  };
}

/** Bins of a round width, about {@link MOST_BINS} at most, with an empty one at either end. */
function bins(ascending: readonly number[]): Bin[] {
  const least = ascending[0];
  const greatest = ascending[ascending.length - 1];
  // Delays that hardly differ must not look as if they did.
  const range = Math.max(greatest - least, greatest * 0.4, 1e-6);
  const width = roundUp(range / MOST_BINS);
  const margin = Math.ceil((range - (greatest - least)) / width / 2) + 1;
  const first = Math.max(0, Math.floor(least / width) - margin);
  const last = Math.floor(greatest / width) + margin;
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const value of ascending) counts[Math.floor(value / width) - first]++;
  return counts.map((count, i) => ({
    from: (first + i) * width,
    to: (first + i + 1) * width,
    share: count / ascending.length,
  }));
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (STEPS.find((step) => step * power >= value * 0.999_999) ?? 10);
}
