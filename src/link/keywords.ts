/**
 * The words of `tc ... netem` in the order in which tc tries them: the first that the given word is a prefix of wins.
 * All of them are here, those that are not built yet too, so that an abbreviation never changes its meaning.
 */
const NETEM = [
  ['limit', 'limit'],
  ['latency', 'delay'],
  ['delay', 'delay'],
  ['loss', 'loss'],
  ['drop', 'loss'],
  ['seed', 'seed'],
  ['ecn', 'ecn'],
  ['reorder', 'reorder'],
  ['corrupt', 'corrupt'],
  ['gap', 'gap'],
  ['duplicate', 'duplicate'],
  ['distribution', 'distribution'],
  ['rate', 'rate'],
  ['slot', 'slot'],
] as const;

export type Keyword = (typeof NETEM)[number][1] | 'queue';

/** The keyword that `word` stands for; undefined when it is none. Our own `queue` has to be written out. */
export function keywordOf(word: string): Keyword | undefined {
  if (word === 'queue') return word;
  if (word === '') return undefined;
  return NETEM.find(([name]) => name.startsWith(word))?.[1];
}
