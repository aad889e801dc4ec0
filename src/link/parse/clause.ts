import { nearest } from '../../record/nearest.ts';
import { FileError } from '../file-error.ts';
import { type Place, ProfileError } from '../profile-error.ts';
import { UnitError } from '../units.ts';
import { type Keywords, spellingsOf } from './keywords.ts';
import type { Source, Word } from './words.ts';

const DIGIT = /^\d/;
const LIKE_A_NUMBER = /^[-+.]*\d/;

/** One option of a qdisc: a keyword, and the words behind it that it takes, from left to right. */
export class Clause {
  private readonly source: Source;
  private readonly words: readonly Word[];
  private readonly first: number;
  private taken: number;
  /** The words that would have done at this point. */
  private expected: string[] = [];

  constructor(source: Source, words: readonly Word[], first: number, taken = first + 1) {
    this.source = source;
    this.words = words;
    this.first = first;
    this.taken = taken;
  }

  /** Index of the first word that is not part of it. */
  get end(): number {
    return this.taken;
  }

  /** Takes the next word, which has to be there. `wanted` says what is missing otherwise. */
  value<T>(wanted: string, parse: (text: string) => T): T {
    const word = this.words[this.taken];
    if (word === undefined) this.fail(`needs ${wanted}`);
    const hint = LIKE_A_NUMBER.test(word.text) ? '' : this.hint(word.text);
    this.advance();
    return this.read(word.text, parse, hint);
  }

  /** Takes the next word if it starts with a digit: tc's own rule for values that may be left out. */
  optional<T>(parse: (text: string) => T, start = DIGIT): T | undefined {
    return this.hasNumber(start) ? this.value('', parse) : undefined;
  }

  hasNumber(start = DIGIT): boolean {
    return start.test(this.words[this.taken]?.text ?? '');
  }

  /** Takes the next word if it is exactly one of these. */
  take<W extends string>(...spellings: readonly W[]): W | undefined {
    const found = spellings.find((spelling) => spelling === this.words[this.taken]?.text);
    if (found === undefined) this.expected.push(...spellings);
    else this.advance();
    return found;
  }

  /** Takes words of these names, in any order and each once; its reader takes what belongs to it. */
  named<T extends object>(readers: { readonly [K in keyof T]: () => T[K] }): Partial<T> {
    const values: Partial<T> = {};
    const names = Object.keys(readers) as (keyof T & string)[];
    for (let name = this.take(...names); name !== undefined; name = this.take(...names)) {
      if (name in values) this.fail(`'${name}' is given twice`);
      values[name] = readers[name]();
    }
    return values;
  }

  /** Takes the next word as a path; `read` gives the file's text. */
  file<T>(wanted: string, parse: (path: string, read: () => string) => T): T {
    return this.value(wanted, (path) => parse(path, () => this.contents(path)));
  }

  /** What `parse` makes of `text`, whose errors become those of the word taken last. */
  read<T>(text: string, parse: (text: string) => T, hint = ''): T {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof UnitError || error instanceof FileError) this.fail(error.message + hint);
      throw error;
    }
  }

  /** The next word has no meaning here. */
  unknown(keywords: Keywords<string>): never {
    const { text } = this.words[this.taken];
    const alone = this.taken === this.first;
    this.expected.push(...spellingsOf(keywords));
    const hint = this.hint(text) || `; accepted are ${keywords.accepted}`;
    this.advance();
    if (alone) throw new ProfileError(`unknown word '${text}'${hint}`, this.place(this.first));
    if (LIKE_A_NUMBER.test(text)) this.fail(`'${text}' is one number too many, or does not start with a digit`);
    this.fail(`unknown word '${text}'${hint}`);
  }

  /** The problem is with the word taken last. */
  fail(problem: string): never {
    this.failAt(this.taken - 1, problem);
  }

  /** The problem is with the clause as a whole. */
  refuse(problem: string): never {
    this.failAt(this.first, problem);
  }

  private failAt(from: number, problem: string): never {
    const clause = this.words.slice(this.first, this.taken).map((word) => word.text);
    throw new ProfileError(`'${clause.join(' ')}': ${problem}`, this.place(from));
  }

  private place(from: number): Place {
    const { at } = this.words[from];
    const last = this.words[this.taken - 1];
    return { text: this.source.text, at, length: last.at + last.text.length - at };
  }

  private advance(): void {
    this.taken++;
    this.expected = [];
  }

  private hint(word: string): string {
    const meant = this.expected.find((name) => name.startsWith(word)) ?? nearest(word, this.expected);
    return meant === undefined ? '' : `; did you mean '${meant}'?`;
  }

  private contents(path: string): string {
    if (!this.source.files) throw new FileError(`'${path}': no files are read here`);
    try {
      return this.source.files.read(path);
    } catch (error) {
      throw new FileError(`'${path}' cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }
}
