import type { Bound } from './bound.ts';
import { WORDS } from './table.ts';
import type { Figure, Measured, WordCase } from './word-case.ts';

export const HEAD = [
  '| word | profile | with | measured | closed form | bound |',
  '|---|---|---|---|---|---|',
] as const;

/** Four digits say all. */
const digits = (value: number): string => `${Number(value.toPrecision(4))}`;

const unitOf = (figure: Figure): string => ('exactly' in figure || figure.unit === '' ? '' : ` ${figure.unit}`);

const boundText = ({ least, most, why }: Bound, unit: string): string =>
  `${digits(least)} to ${digits(most)}${unit}: ${why}`;

/** What stands before and behind the measured value in its row. */
export function around({ word, link, tools }: WordCase, figure: Figure): readonly [before: string, behind: string] {
  const unit = unitOf(figure);
  const bound = 'exactly' in figure ? 'exact' : boundText(figure.bound, unit);
  return [
    `| ${word} | \`${link}\` | ${tools.join(', ')} | ${figure.what}: **`,
    `**${unit} | ${figure.closedForm} | ${bound} |`,
  ];
}

/** The rows of all cases, with what `measured` has for each. */
export function rows(measured: ReadonlyMap<WordCase, readonly Measured[]>): string[] {
  return WORDS.flatMap((wordCase) =>
    wordCase.figures.map((figure, i) => {
      const value = measured.get(wordCase)?.[i] ?? '';
      return around(wordCase, figure).join(typeof value === 'number' ? digits(value) : value);
    }),
  );
}
