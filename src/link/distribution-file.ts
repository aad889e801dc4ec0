import { FileError } from './file-error.ts';
import { parseInteger, UnitError } from './units.ts';

/** The kernel's bounds: NETEM_DIST_MAX values, each a signed number of 16 bits. */
const MAX_VALUES = 16_384;
const MIN = -(2 ** 15);
const MAX = 2 ** 15 - 1;

/**
 * Reads a table of delays as tc does (`NAME.dist`): whole numbers in units of jitter / 8192, with lines that start with `#`
 * left out. Throws a {@link FileError} that names the line.
 */
export function parseDistribution(text: string, path: string): number[] {
  const values: number[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('#')) continue;
    for (const word of line.split(/\s+/).filter((part) => part !== '')) values.push(value(word, path, i + 1));
  }
  if (values.length === 0) throw new FileError(`'${path}' has no values; write whole numbers, 8192 for one jitter`);
  if (values.length > MAX_VALUES) {
    throw new FileError(`'${path}' has ${values.length} values; at most ${MAX_VALUES} are accepted`);
  }
  return values;
}

function value(word: string, path: string, line: number): number {
  try {
    return parseInteger(word, MIN, MAX);
  } catch (error) {
    if (error instanceof UnitError) throw new FileError(`'${path}', line ${line}: ${error.message}`);
    throw error;
  }
}
