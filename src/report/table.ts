import CliTable from 'cli-table3';
import picocolors from 'picocolors';
import type { Analysis, CaseSummary } from './analyse.ts';
import { type CaseColumn, caseColumns, oneLine } from './case-columns.ts';
import { type GroupVerdict, verdicts } from './verdict.ts';

export interface TableOptions {
  /** Escape sequences for a terminal; the caller decides by NO_COLOR and isTTY. */
  readonly color: boolean;
  /** Characters per line; columns of lesser importance are left out where it is too narrow. */
  readonly width: number;
}

/** For the terminal: per group of comparable cases one line per case, then the verdict in words. */
export function table(analysis: Analysis, { color, width }: TableOptions): string {
  const colors = picocolors.createColors(color);
  const said = verdicts(analysis);
  const parts = analysis.groups.map((group, i) => {
    const cases = group.cases.map((index) => analysis.cases[index]);
    const columns = fitting(caseColumns(cases), cases, width);
    const widths = columnWidths(columns, cases, width);
    const verdict = said[i];
    return [
      ...wrapLine(oneLine(group.title), width).map(colors.bold),
      ...(group.note ? wrapLine(group.note, width).map(colors.yellow) : []),
      rows(columns, widths, cases, verdict, colors),
      ...bullets(verdict.findings, width),
      ...bullets(verdict.caveats, width).map(colors.yellow),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

const GAP = 2;

/** No frame: fifteen characters that the library would draw. */
const PLAIN = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

function rows(
  columns: readonly CaseColumn[],
  colWidths: number[],
  cases: readonly CaseSummary[],
  { winner }: GroupVerdict,
  colors: ReturnType<typeof picocolors.createColors>,
): string {
  const grid = new CliTable({
    chars: PLAIN,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
    colAligns: columns.map((column) => (column.right ? 'right' : 'left')),
    colWidths,
  });
  grid.push(columns.map((column) => colors.dim(column.head)));
  for (const entry of cases) {
    grid.push(
      columns.map((column) => {
        const text = column.cell(entry);
        return column.head === 'goodput' && entry.index === winner ? colors.bold(colors.green(text)) : text;
      }),
    );
  }
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const natural = (column: CaseColumn, cases: readonly CaseSummary[]): number =>
  Math.max(column.head.length, ...cases.map((entry) => column.cell(entry).length)) + GAP;

/** Drops the least important columns until the rest fits; the first two always stay. */
function fitting(columns: readonly CaseColumn[], cases: readonly CaseSummary[], width: number): CaseColumn[] {
  const kept = [...columns];
  const total = (): number => kept.reduce((sum, column) => sum + Math.min(natural(column, cases), LONGEST + GAP), 0);
  while (kept.length > 2 && total() - GAP > width) {
    const least = Math.min(...kept.map((column) => column.priority));
    kept.splice(
      kept.findLastIndex((column) => column.priority === least),
      1,
    );
  }
  return kept;
}

/** Longer cells end in an ellipsis. */
const LONGEST = 28;

function columnWidths(columns: readonly CaseColumn[], cases: readonly CaseSummary[], width: number): number[] {
  const widths = columns.map((column) => natural(column, cases));
  let excess = widths.reduce((sum, own) => sum + own, 0) - GAP - width;
  for (const index of [widths.length - 1, 0]) {
    if (excess <= 0 || columns[index].right) continue;
    const shorter = Math.max(Math.min(widths[index], LONGEST + GAP), widths[index] - excess);
    excess -= widths[index] - shorter;
    widths[index] = shorter;
  }
  return widths;
}

const bullets = (sentences: readonly string[], width: number): string[] =>
  sentences.flatMap((sentence) =>
    wrapLine(oneLine(sentence), width - 2).map((line, i) => `${i === 0 ? '- ' : '  '}${line}`),
  );

/** Breaks at spaces; a word longer than the line stays whole. */
function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
