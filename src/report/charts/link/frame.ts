import type { PanelSpec } from '../panels.ts';
import { wrap } from '../theme.ts';

/** Where a panel stands. */
export interface Frame {
  readonly width: number;
  readonly color: string;
  readonly title: string;
}

export const HEIGHT = 190;

export const percentLabel = "format(datum.value * 100, '.3~r') + ' %'";

/** Vega's estimate, without a canvas to measure on, of the widest a subtitle's character may be, in pixels. */
const SUBTITLE_CHARACTER = 9.6;

export const subtitleLines = (text: string, width: number, lines?: number): string[] =>
  wrap(text, Math.floor(width / SUBTITLE_CHARACTER), lines);

/** Title, and below it what there is to know in numbers, a line each. */
export function titled({ title, width }: Frame, ...subtitle: readonly string[]) {
  return { text: title, subtitle: subtitle.flatMap((line) => subtitleLines(line, width)) };
}

/** A panel for what there is nothing to draw of: a title with the reason. */
export function empty(frame: Frame, reason: string): PanelSpec {
  return {
    title: titled(frame, reason),
    width: frame.width,
    height: 1,
    data: { values: [{}] },
    mark: { type: 'point', opacity: 0 },
  };
}
