import type { ProfileFiles } from '../files.ts';

/** A profile as it was written, and where the files that it names are read from. */
export interface Source {
  readonly text: string;
  readonly files: ProfileFiles | undefined;
}

export interface Word {
  readonly text: string;
  /** Where it begins in the source's text. */
  readonly at: number;
}

/** The words of a stretch of text; a bar is one of its own. */
export function wordsOf(text: string, start = 0, end = text.length): Word[] {
  const found = text.slice(start, end).matchAll(/\||[^\s|]+/g);
  return [...found].map((match) => ({ text: match[0], at: start + match.index }));
}

/** Comments and the ends of continued lines as spaces, so that every word keeps its place. */
export function withoutComments(text: string): string {
  return text.replace(/(?<!\S)#.*|\\\r?\n/g, (match) => ' '.repeat(match.length));
}
