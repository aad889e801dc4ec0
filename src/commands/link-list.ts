import { createColors } from 'picocolors';
import { resolveLink } from '../config/links.ts';
import { effectiveProfile } from '../link/effective.ts';
import { type DirectionFigures, figuresOf, roundTripNs } from '../link/figures.ts';
import { PRESETS, type Preset } from '../link/presets.ts';
import { formatBitRate, formatCount, formatRatio, formatSeconds } from '../record/units.ts';
import { figuresJson } from './link-json.ts';

interface Row {
  readonly preset: Preset;
  readonly roundTripNs: number;
  readonly up: DirectionFigures;
  readonly down: DirectionFigures;
}

const rows = (): Row[] =>
  PRESETS.map((preset) => {
    const { profile } = resolveLink(preset.name);
    if (!profile) throw new Error(`preset ${preset.name} has no profile`);
    const effective = effectiveProfile(profile);
    const { up, down } = effective;
    return { preset, roundTripNs: roundTripNs(effective), up: figuresOf(up), down: figuresOf(down) };
  });

/** `netduel list --links --json`. */
export function presetsJson(): unknown {
  return rows().map(({ preset, roundTripNs, up, down }) => ({
    ...preset,
    roundTripSeconds: roundTripNs / 1e9,
    up: figuresJson(up),
    down: figuresJson(down),
  }));
}

const HEADS = ['preset', 'down / up', 'round trip', 'loss', 'queue: packets, wait', ''];

/** `netduel list --links`: a line per preset. */
export function describePresets({ color }: { color: boolean }): string {
  const { bold, dim } = createColors(color);
  const cells = rows().map(cellsOf);
  const widths = HEADS.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[], paint: (text: string) => string): string =>
    row
      .map((text, i) => (i === 0 ? paint(text.padEnd(widths[i])) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [
    dim(line(HEADS, String)),
    ...cells.map((row) => line(row, bold)),
    '',
    'Rates are over whole Ethernet frames, round trips without queues, waits of full frames. More: netduel link show NAME',
  ].join('\n');
}

function cellsOf({ preset, roundTripNs, up, down }: Row): string[] {
  const both = (text: (figures: DirectionFigures) => string): string =>
    text(down) === text(up) ? text(down) : `${text(down)} / ${text(up)}`;
  return [
    preset.name,
    both(({ capacityBps }) => (capacityBps === undefined ? 'any' : formatBitRate(capacityBps))),
    formatSeconds(roundTripNs / 1e9),
    both(({ lossRatio }) => formatRatio(lossRatio)),
    both(({ queue }) => (queue ? `${formatCount(queue.packets ?? 0)}, ${formatSeconds(queue.ns / 1e9)}` : '–')),
    preset.summary,
  ];
}
