import CliTable from 'cli-table3';
import picocolors from 'picocolors';
import type { FeatureCell, FeatureRow, FeatureTable, Verdict } from './table.ts';

/** Narrower columns would break words. */
const LEAST = 20;
const FRAME = 3;

/** A frame that NO_COLOR and any font can show. */
const CHARS = {
  ...{ top: '-', 'top-mid': '+', 'top-left': '+', 'top-right': '+', bottom: '-', 'bottom-mid': '+' },
  ...{ 'bottom-left': '+', 'bottom-right': '+', left: '|', 'left-mid': '+', mid: '-', 'mid-mid': '+' },
  ...{ right: '|', 'right-mid': '+', middle: '|' },
};

type Colors = ReturnType<typeof picocolors.createColors>;

/** For a terminal: as many transports side by side as it has room for, the others in a table below. */
export function featureText(
  { transports, rows }: FeatureTable,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const colors = picocolors.createColors(color);
  const room = Math.max(1, Math.floor((width - 1) / (LEAST + FRAME)) - 1);
  const bands = Math.ceil(transports.length / room);
  const perBand = Math.ceil(transports.length / bands);
  const parts = Array.from({ length: bands }, (_, band) => {
    const shown = transports.map((_, i) => i).slice(band * perBand, (band + 1) * perBand);
    return grid(transports, rows, shown, width, colors);
  });
  return `${parts.join('\n\n')}\n`;
}

function grid(
  transports: readonly string[],
  rows: readonly FeatureRow[],
  shown: readonly number[],
  width: number,
  colors: Colors,
): string {
  // One character of frame at the left, and one behind every column.
  const each = Math.max(LEAST + 2, Math.floor((width - 1) / (shown.length + 1)) - 1);
  const table = new CliTable({
    chars: CHARS,
    style: { head: [], border: [] },
    colWidths: [each, ...shown.map(() => each)],
    wordWrap: true,
  });
  table.push(['claim', ...shown.map((i) => colors.bold(transports[i]))]);
  for (const { claim, says, cells } of rows) {
    table.push([
      `${colors.bold(claim)}\nUDP: ${says.udp}\nTCP: ${says.tcp}`,
      ...shown.map((i) => text(cells[i], colors)),
    ]);
  }
  return table.toString();
}

function text({ verdict, figures, why }: FeatureCell, colors: Colors): string {
  return [
    painted(verdict, colors),
    ...figures.map((figure) => `- ${figure}`),
    ...(why === '' ? [] : [colors.dim(why)]),
  ].join('\n');
}

function painted(verdict: Verdict, colors: Colors): string {
  const paint: Partial<Record<Verdict, (text: string) => string>> = {
    holds: colors.green,
    'holds with limits': colors.yellow,
    'does not hold': colors.red,
  };
  return colors.bold((paint[verdict] ?? colors.cyan)(verdict));
}
