import type { Config } from 'vega-lite';
import type { Analysis } from '../analyse.ts';

/**
 * Okabe and Ito's palette (Color Universal Design, 2008) without its yellow, which is too pale for a line on white;
 * the order puts the pairs that are easiest to tell apart first.
 */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#000000'];

export const INK = '#24292f';
export const MUTED = '#6e7781';
const FONT = 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

export const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

export const config: Config = {
  background: 'white',
  font: FONT,
  padding: 12,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    fontSize: 13,
    fontWeight: 600,
    color: INK,
    lineHeight: 17,
    offset: 10,
    subtitleFontSize: 12,
    subtitleColor: MUTED,
    subtitleLineHeight: 16,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelColor: INK,
    titleColor: MUTED,
    gridColor: '#e6e8eb',
    domainColor: '#afb8c1',
    tickColor: '#afb8c1',
    labelLimit: 240,
  },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: MUTED,
    labelLimit: 300,
    symbolStrokeWidth: 3,
    columns: 4,
  },
  concat: { spacing: 28 },
};

/** Labels of the run's transports, in order of first appearance. */
function transportLabels({ run }: Analysis): string[] {
  return [...new Set(run.cases.map((entry) => entry.transport.label))];
}

/** One colour per transport, the same one in every chart of a run. */
export function transportScale(analysis: Analysis): { domain: string[]; range: string[] } {
  const domain = transportLabels(analysis);
  return { domain, range: domain.map((_, i) => PALETTE[i % PALETTE.length]) };
}

/** A legend of line strokes that names only the transports that have a line. */
export function strokeLegend(rows: readonly { readonly transport: string }[]) {
  const values = [...new Set(rows.map((row) => row.transport))];
  return { symbolType: 'stroke', symbolOpacity: 1, values };
}

/** Breaks a label into lines of at most `width` characters; what is still too long after three lines ends in an ellipsis. */
export function wrap(label: string, width: number, lines = 3): string[] {
  const result: string[] = [];
  let line = '';
  for (const word of label.split(/\s+/).filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') result.push(line);
    line = word.length > width ? `${word.slice(0, width - 1)}…` : word;
  }
  if (line !== '') result.push(line);
  if (result.length <= lines) return result.length > 0 ? result : [''];
  const last = result[lines - 1];
  return [...result.slice(0, lines - 1), `${last.length < width ? last : last.slice(0, width - 1)}…`];
}
