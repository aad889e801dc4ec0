import { formatFactor } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { groupBy, markdownTable, spread, tally, twoDigits } from './figures.ts';
import { type LossCell, ofPattern, PATTERNS, pointOf } from './loss-cell.ts';

/** Whose goodput is held against whose, seed by seed. */
const BESIDE: readonly (readonly [string, string])[] = [
  ['rudp', 'tcp cc=bbr'],
  ['rudp', 'tcp cc=cubic'],
];

/** Tables in Markdown, for docs/rudp.md. */
export function lossReport(cells: readonly LossCell[], transports: readonly string[]): string {
  const parts = PATTERNS.flatMap(([pattern, title]) => {
    const of = ofPattern(cells, pattern);
    if (!of.some((cell) => cell.lossPercent > 0)) return [];
    return [
      `### ${title}\n\nGoodput / ceiling in steady state: median (range).\n\n${table(of, transports, 'steady')}`,
      `The same from the first byte on, slow start included.\n\n${table(of, transports, 'whole')}`,
    ];
  });
  return `${[...parts, ...notes(cells)].join('\n')}`;
}

function table(cells: readonly LossCell[], transports: readonly string[], figure: 'steady' | 'whole'): string {
  const points = groupBy(cells, pointOf).sort(([a], [b]) => a.rttMs - b.rttMs || a.lossPercent - b.lossPercent);
  const columns = transports.filter((name) =>
    cells.some((cell) => cell.transport === name && cell[figure] !== undefined),
  );
  const pairs = BESIDE.filter((pair) => pair.every((name) => columns.includes(name)));
  const rows = points.map((point) => [
    `${point[0].rttMs} ms, ${point[0].lossPercent} %`,
    ...columns.map((name) => spread(valuesOf(point, name, figure), twoDigits)),
    ...pairs.map(([a, b]) => ratio(point, a, b, figure)),
  ]);
  return markdownTable(['round trip, loss', ...columns, ...pairs.map(([a, b]) => `${a} / ${b}`)], rows);
}

function valuesOf(point: readonly LossCell[], transport: string, figure: 'steady' | 'whole'): number[] {
  return point.flatMap((cell) => (cell.transport === transport ? (cell[figure] ?? []) : []));
}

/** Of goodput, median over the seeds that both have. */
function ratio(point: readonly LossCell[], a: string, b: string, figure: 'steady' | 'whole'): string {
  const bps = (name: string, seed: number): number | undefined => {
    const cell = point.find(({ transport, seed: its }) => transport === name && its === seed);
    return cell?.[figure] === undefined ? undefined : cell[figure] * cell.ceiling;
  };
  const ratios = [...new Set(point.map(({ seed }) => seed))].flatMap((seed) => {
    const [over, under] = [bps(a, seed), bps(b, seed)];
    return over === undefined || !under ? [] : over / under;
  });
  return ratios.length > 0 ? formatFactor(median(ratios)) : '-';
}

function notes(cells: readonly LossCell[]): string[] {
  const queues = [...new Map(cells.map(({ rttMs, queuePackets }) => [rttMs, queuePackets]))]
    .sort(([a], [b]) => a - b)
    .map(([rtt, packets]) => `${packets} packets at ${rtt} ms`);
  const seconds = [...new Set(cells.map((cell) => cell.seconds))].sort((a, b) => a - b);
  const flags = tally(cells.flatMap((cell) => cell.flags ?? []));
  return [
    `Queue: ${queues.join(', ')}. Windows of ${seconds.join(' or ')} s; ${new Set(cells.map(({ seed }) => seed)).size} seeds, ${cells.length} trials.\n`,
    ...(flags ? [`Flags of trials: ${flags}.\n`] : []),
  ];
}
