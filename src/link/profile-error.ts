const WINDOW = 100;
const ELLIPSIS = '...';

/** A stretch of a text: where a problem lies. */
export interface Place {
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

/**
 * The text is no link profile. The first line of the message names the word and what is accepted; where the word is known,
 * the line that it stands in follows, with carets under it.
 */
export class ProfileError extends Error {
  override name = 'ProfileError';

  constructor(problem: string, place?: Place) {
    super(`link profile: ${printable(problem)}${place ? excerpt(place) : ''}`);
  }
}

/** On one line, and without what a terminal would obey. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** The line with the place in it, cut to a window, and carets below. */
function excerpt({ text, at, length }: Place): string {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = printable(text.slice(from, end < 0 ? text.length : end));
  const column = at - from;
  const start = Math.max(0, Math.min(column - WINDOW / 2, line.length - WINDOW));
  const before = start > 0 ? ELLIPSIS : '';
  const after = start + WINDOW < line.length ? ELLIPSIS : '';
  const shown = before + line.slice(start + before.length, start + WINDOW - after.length) + after;
  const carets = '^'.repeat(
    Math.max(1, Math.min(length, line.length - column, start + WINDOW - after.length - column)),
  );
  return `\n  ${shown.trimEnd()}\n  ${' '.repeat(column - start)}${carets}`;
}
