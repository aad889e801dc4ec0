import type { CaseSummary } from '../analyse.ts';
import type { Chart } from './chart.ts';
import { type Layer, panels } from './panels.ts';
import { INK, MUTED } from './theme.ts';

const WIDTH = 640;
const ROW = 44;
/** What a frame that is not in time takes at least, so that one among thousands is seen. */
const LEAST_WIDTH = 1.6;

const IN_TIME = 'in time';
const LATE = 'late';
const LOST = 'lost';
const STALLED = 'stalled';
/** Okabe and Ito's, told apart by everybody; what is as it should be stays in the background. */
const COLORS: readonly (readonly [string, string])[] = [
  [IN_TIME, '#a6cbe3'],
  [LATE, '#E69F00'],
  [LOST, '#000000'],
  [STALLED, '#D55E00'],
];

interface Frame {
  readonly row: string;
  /** When its turn came, in seconds since the window opened. */
  readonly t: number;
  readonly fate: string;
}

interface Stop {
  readonly row: string;
  readonly t: number;
  readonly end: number;
  readonly fate: string;
}

interface Timeline {
  readonly frames: readonly Frame[];
  readonly stops: readonly Stop[];
}

/** Of the first trial of each case: a row of frames at their turns, and where playing stopped. */
export const playoutTimeline: Chart = {
  name: 'playout-timeline',
  title: 'Playing, frame by frame',
  howToRead:
    'A row per transport, of its first trial: a stroke for every frame at the time when it was due on the screen. A late or lost frame of a player that goes on without it is a gap in the picture; a bar is a player that stood still until the missing frame came.',
  spec(analysis) {
    const groups = analysis.groups
      .map(({ title, note, cases }) => ({ title, note, ...timelineOf(cases.map((index) => analysis.cases[index])) }))
      .filter(({ frames }) => frames.length > 0);
    return panels(
      groups.map(({ title, note, frames, stops }) => {
        const rows = [...new Set(frames.map(({ row }) => row))];
        const end = Math.max(...frames.map(({ t }) => t), ...stops.map((stop) => stop.end));
        const begin = Math.min(0, ...frames.map(({ t }) => t));
        const perRow = Math.max(...rows.map((row) => frames.filter((frame) => frame.row === row).length));
        const stroke = Math.min(4, (0.62 * WIDTH) / perRow);
        const domain: number[] = [begin, end];
        const x = {
          field: 't' as const,
          type: 'quantitative' as const,
          title: 'time (s)',
          scale: { domain, nice: false },
          axis: { grid: false, tickCount: 8 },
        };
        const y = {
          field: 'row',
          type: 'nominal',
          sort: rows,
          title: null,
          axis: { domain: false, ticks: false, labelColor: INK, labelLimit: 300 },
          scale: { paddingInner: 0.35, paddingOuter: 0.15 },
        } as const;
        const color = {
          field: 'fate',
          type: 'nominal',
          title: null,
          scale: { domain: COLORS.map(([name]) => name), range: COLORS.map(([, shade]) => shade) },
          legend: { symbolType: 'square', symbolOpacity: 1 },
        } as const;
        const strokes = (fates: readonly string[], thickness: number): Layer => ({
          data: { values: frames.filter(({ fate }) => fates.includes(fate)) },
          mark: { type: 'tick', orient: 'vertical', thickness, bandSize: ROW * 0.62, opacity: 1 },
          encoding: { x, y, color },
        });
        return {
          title,
          note,
          spec: {
            width: WIDTH,
            height: { step: ROW },
            view: { stroke: null },
            layer: [
              {
                data: { values: rows.map((row) => ({ row })) },
                mark: { type: 'rule', color: MUTED, opacity: 0.35, strokeWidth: 1 },
                encoding: { y },
              },
              strokes([IN_TIME], stroke),
              {
                data: { values: [...stops] },
                mark: { type: 'bar', height: ROW * 0.22, opacity: 1 },
                encoding: { x, x2: { field: 'end' }, y, color },
              },
              strokes([LATE, LOST], Math.max(stroke, LEAST_WIDTH)),
            ],
          },
        };
      }),
      WIDTH,
    );
  },
};

function timelineOf(cases: readonly CaseSummary[]): Timeline {
  const timelines = cases.map((entry) => rowOf(entry));
  return { frames: timelines.flatMap(({ frames }) => frames), stops: timelines.flatMap(({ stops }) => stops) };
}

function rowOf(entry: CaseSummary): Timeline {
  const row = entry.case.transport.label;
  const points = (metric: string): { readonly t: number; readonly value: number }[] =>
    (entry.completed[0]?.series ?? [])
      .filter((series) => series.metric === metric)
      .flatMap(({ t, values }) => t.map((time, i) => ({ t: time, value: values[i] })));
  return {
    frames: [
      ...points('playout_lateness_ms').map(({ t, value }) => ({ row, t, fate: value > 0 ? LATE : IN_TIME })),
      ...points('playout_lost').map(({ t }) => ({ row, t, fate: LOST })),
    ],
    stops: points('playout_stall_ms').map(({ t, value }) => ({ row, t, end: t + value / 1e3, fate: STALLED })),
  };
}
