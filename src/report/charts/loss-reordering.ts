import type { CaseSummary } from '../analyse.ts';
import { fateOf } from '../fate.ts';
import type { Chart } from './chart.ts';
import { type Panel, type PanelSpec, panels } from './panels.ts';
import { INK, MUTED } from './theme.ts';

/** Causes, from the path's own doing to what nobody owns up to; colours apart from those of the transports. */
const CAUSES = [
  ["the link's loss model", '#8c959f'],
  ["the link's full queue", '#56B4E9'],
  ['the emulator itself', '#CC79A7'],
  ["the receiver's socket", '#E69F00'],
  ['unexplained', '#D55E00'],
] as const;

interface Share {
  readonly transport: string;
  readonly cause: string;
  readonly order: number;
  readonly share: number;
}

interface Row {
  readonly transport: string;
  readonly shares: readonly Share[];
  /** Share of the messages that never reached the application. */
  readonly missing: number;
  readonly reordered?: number;
}

export const lossReordering: Chart = {
  name: 'loss-reordering',
  title: 'Loss by cause, and reordering',
  howToRead:
    'Bars say where packets were lost; the black mark says how much the application missed in the end. A mark at 0 beside a bar means that the transport made the loss good.',
  spec(analysis) {
    const groups = analysis.groups
      .map(({ title, note, cases }) => ({ title, note, rows: cases.flatMap((index) => rowOf(analysis.cases[index])) }))
      .filter(({ rows }) =>
        rows.some((row) => row.missing > 0 || row.reordered || row.shares.some((s) => s.share > 0)),
      );
    const rows = groups.flatMap((group) => group.rows);
    const causes = CAUSES.filter(([cause]) =>
      rows.some((row) => row.shares.some((s) => s.cause === cause && s.share > 0)),
    );
    const reordering = rows.some((row) => row.reordered);
    const width = reordering ? 370 : 640;
    const content = groups.map(({ title, note, rows }): Panel => {
      const loss = lossPanel(rows, causes, width);
      return { title, note, spec: reordering ? { hconcat: [loss, reorderPanel(rows)], spacing: 30 } : loss };
    });
    const spec = panels(content, 640);
    return spec && { ...spec, columns: 1 };
  },
};

function rowOf(entry: CaseSummary): Row[] {
  const fate = fateOf(entry.completed);
  if (!fate) return [];
  const transport = entry.case.transport.label;
  const packets = Math.max(1, fate.packets ?? fate.sent);
  const sent = Math.max(1, fate.sent);
  const values = [
    fate.lostByModel / packets,
    fate.droppedByQueue / packets,
    fate.droppedByEmulator / packets,
    fate.droppedBySocket / sent,
    fate.unexplained / sent,
  ];
  const reordered = entry.metrics.get('reordered_ratio')?.median;
  return [
    {
      transport,
      shares: values.map((share, order) => ({ transport, cause: CAUSES[order][0], order, share })),
      missing: fate.undelivered / sent,
      ...(reordered === undefined ? {} : { reordered }),
    },
  ];
}

const percent = (value: number): string => `${value === 0 ? 0 : Number((value * 100).toPrecision(3))} %`;

const axis = { labelExpr: "format(datum.value * 100, '.3~r') + ' %'", tickCount: 5 } as const;

function lossPanel(rows: readonly Row[], causes: readonly (readonly [string, string])[], width: number): PanelSpec {
  const y = { field: 'transport', type: 'nominal', sort: rows.map((row) => row.transport), title: null } as const;
  const ends = rows.map((row) => ({
    ...row,
    text: `${percent(row.missing)} missed`,
    end: Math.max(
      row.missing,
      row.shares.reduce((sum, { share }) => sum + share, 0),
    ),
  }));
  const highest = Math.max(...ends.map((row) => row.end));
  const scale = { domain: [0, highest === 0 ? 0.01 : highest * 1.34], nice: false };
  const x = { type: 'quantitative', title: 'lost on the way (bars), missed in the end (marks)', axis } as const;
  const range = causes.map(([, color]) => color);
  return {
    width,
    height: { step: 32 },
    layer: [
      {
        data: { values: rows.flatMap((row) => row.shares.filter((share) => share.share > 0)) },
        mark: { type: 'bar', height: { band: 0.6 } },
        encoding: {
          y,
          x: { ...x, field: 'share', scale },
          order: { field: 'order', type: 'quantitative' },
          color: {
            field: 'cause',
            type: 'nominal',
            title: 'lost by',
            scale: { domain: causes.map(([cause]) => cause), range },
          },
        },
      },
      {
        data: { values: ends },
        mark: { type: 'tick', color: INK, thickness: 3, height: { band: 0.8 } },
        encoding: { y, x: { ...x, field: 'missing' } },
      },
      {
        data: { values: ends },
        mark: { type: 'text', align: 'left', dx: 8, color: INK, fontSize: 12 },
        encoding: { y, x: { ...x, field: 'end' }, text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
}

function reorderPanel(rows: readonly Row[]): PanelSpec {
  const highest = Math.max(...rows.map((row) => row.reordered ?? 0));
  const scale = { domain: [0, highest === 0 ? 0.01 : highest * 1.4], nice: false };
  const y = {
    field: 'transport',
    type: 'nominal',
    sort: rows.map((row) => row.transport),
    title: null,
    axis: { labels: false },
  } as const;
  const x = {
    field: 'reordered',
    type: 'quantitative',
    title: 'messages out of order',
    axis: { ...axis, tickCount: 3 },
  } as const;
  return {
    width: 160,
    height: { step: 32 },
    data: {
      values: rows.map(({ transport, reordered }) => ({
        transport,
        reordered: reordered ?? 0,
        text: reordered === undefined ? 'not counted' : percent(reordered),
      })),
    },
    layer: [
      { mark: { type: 'bar', height: { band: 0.6 }, color: MUTED }, encoding: { y, x: { ...x, scale } } },
      {
        mark: { type: 'text', align: 'left', dx: 6, color: INK, fontSize: 12 },
        encoding: { y, x, text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
}
