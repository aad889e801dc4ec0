import type { Distribution } from '../profile.ts';
import { roundEven } from '../round-even.ts';
import { experimental } from './experimental.ts';
import { normal } from './normal.ts';

/** Table values are in units of jitter / 8192. */
export const TABLE_SCALE = 8192;
const TABLE_SIZE = 4096;
const INT16_MIN = -32_768;
const INT16_MAX = 32_767;

/** (i / 65536)^(-1/3), which has infinite variance, shifted to mean 0 and scaled. */
const pareto = (): number[] =>
  Array.from({ length: TABLE_SIZE }, (_, i) => {
    const x = (TABLE_SIZE - i) / TABLE_SIZE;
    return Math.min(INT16_MAX, roundEven((x ** (-1 / 3) - 1.5) * (4 / 3) * TABLE_SCALE));
  });

/** A quarter normal, three quarters pareto. */
function paretoNormal(): number[] {
  const heavy = pareto();
  return normal().map((value, i) => Math.trunc((value + 3 * heavy[i]) / 4));
}

const formulas = new Map<string, () => number[]>([
  ['normal', () => normal().map((value) => Math.max(INT16_MIN, value))],
  ['pareto', pareto],
  ['paretonormal', paretoNormal],
  ['experimental', experimental],
]);

const made = new Map<string, Int16Array>();

/** The values of a distribution. The built-in ones are computed at the first use, as iproute2 does for its files. */
export function distributionTable({ name, values }: Distribution): Int16Array {
  if (values) return Int16Array.from(values);
  const known = made.get(name);
  if (known) return known;
  const formula = formulas.get(name);
  if (!formula) {
    throw new RangeError(
      `distribution '${name}' is not built in (${[...formulas.keys()].join(', ')}) and has no values`,
    );
  }
  const table = Int16Array.from(formula());
  made.set(name, table);
  return table;
}
