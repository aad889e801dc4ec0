import { parseDistribution } from '../distribution-file.ts';
import { FileError } from '../file-error.ts';
import type { Distribution } from '../profile.ts';
import type { Clause } from './clause.ts';

/** The tables that come with tc and that `link` makes itself. */
const BUILT_IN = ['normal', 'pareto', 'paretonormal', 'experimental'] as const;

/** Takes the name of a table: a built-in one, or a file if it has a slash in it or ends in `.dist`. */
export function takeDistribution(clause: Clause): Distribution {
  const builtIn = clause.take(...BUILT_IN);
  if (builtIn !== undefined) return { name: builtIn };
  if (clause.take('uniform')) {
    clause.fail('neither tc nor netduel has a table of this name: times are uniform where no distribution is given');
  }
  return clause.file(`a distribution, such as ${BUILT_IN[0]}`, (name, read) => {
    if (/\/|\.dist$/.test(name)) return { name, values: parseDistribution(read(), name) };
    throw new FileError(`there is no table '${name}'; write ${BUILT_IN.join(', ')}, or a file such as ./${name}.dist`);
  });
}
