import { Clause } from './clause.ts';
import { type Keywords, keywordOf } from './keywords.ts';
import type { Source, Word } from './words.ts';

/** A parser for each option of a qdisc. */
type Parsers = Readonly<Record<string, (clause: Clause) => unknown>>;

/** What the words of a qdisc gave: the value of every option, and the clause that it came from. */
export interface Options<P extends Parsers> {
  readonly values: { readonly [K in keyof P]?: ReturnType<P[K]> };
  readonly clauses: { readonly [K in keyof P]?: Clause };
  /** All of the words. */
  readonly whole: Clause;
}

/** Reads options from the word `start` on, in any order and each once, until the words end. */
export function parseOptions<P extends Parsers>(
  source: Source,
  words: readonly Word[],
  start: number,
  keywords: Keywords<keyof P & string>,
  parsers: P,
): Options<P> {
  const values: { [K in keyof P]?: unknown } = {};
  const clauses: { [K in keyof P]?: Clause } = {};
  let clause = new Clause(source, words, 0, start);
  while (clause.end < words.length) {
    const keyword = keywordOf(keywords, words[clause.end].text) ?? clause.unknown(keywords);
    clause = new Clause(source, words, clause.end);
    if (clauses[keyword]) clause.fail(`'${keyword}' is given twice`);
    clauses[keyword] = clause;
    values[keyword] = parsers[keyword](clause);
  }
  return { values: values as Options<P>['values'], clauses, whole: new Clause(source, words, 0, words.length) };
}
