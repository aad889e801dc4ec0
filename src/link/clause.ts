import type { Keyword } from './keywords.ts';
import { keywordOf } from './keywords.ts';
import { ProfileError } from './profile-error.ts';
import { UnitError } from './units.ts';

const STARTS_WITH_DIGIT = /^\d/;
const ACCEPTED = 'delay, loss, rate, limit, queue, or direct alone';

/** One keyword of a profile with the words behind it, read from left to right. */
export class Clause {
  readonly keyword: Keyword;
  private readonly words: readonly string[];
  private next = 1;

  constructor(keyword: Keyword, words: readonly string[]) {
    this.keyword = keyword;
    this.words = words;
  }

  /** Takes the next word, which has to be there. `wanted` says what is missing otherwise. */
  value<T>(wanted: string, parse: (text: string) => T): T {
    const word = this.words[this.next];
    if (word === undefined) this.fail(`needs ${wanted}`);
    this.next++;
    return this.parsed(word, parse);
  }

  /** Takes the next word if it starts with a digit: tc's own rule for values that may be left out. */
  optional<T>(parse: (text: string) => T): T | undefined {
    return this.hasNumber() ? this.value('', parse) : undefined;
  }

  hasNumber(): boolean {
    return STARTS_WITH_DIGIT.test(this.words[this.next] ?? '');
  }

  /** Takes the next word if it is exactly this one. */
  take(word: string): boolean {
    if (this.words[this.next] !== word) return false;
    this.next++;
    return true;
  }

  /** Nothing may be left. */
  finish(): void {
    const word = this.words[this.next];
    if (word === undefined) return;
    if (/^[-+.]*\d/.test(word)) this.fail(`'${word}' is one number too many, or does not start with a digit`);
    this.fail(`unknown word '${word}'; accepted are ${ACCEPTED}`);
  }

  fail(problem: string): never {
    throw new ProfileError(`'${this.words.join(' ')}': ${problem}`);
  }

  private parsed<T>(word: string, parse: (text: string) => T): T {
    try {
      return parse(word);
    } catch (error) {
      if (error instanceof UnitError) this.fail(error.message);
      throw error;
    }
  }
}

/** Cuts the words of a direction before every keyword. */
export function clauses(words: readonly string[]): Clause[] {
  const found: { keyword: Keyword; words: string[] }[] = [];
  for (const word of words) {
    const keyword = keywordOf(word);
    const last = found.at(-1);
    if (keyword) found.push({ keyword, words: [word] });
    else if (last) last.words.push(word);
    else throw new ProfileError(`unknown word '${word}'; accepted are ${ACCEPTED}`);
  }
  return found.map((clause) => new Clause(clause.keyword, clause.words));
}
