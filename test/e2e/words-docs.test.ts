import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { around, HEAD } from './words/markdown.ts';
import { WORDS } from './words/table.ts';
import { wrong } from './words/word-case.ts';

const text = readFileSync(new URL('../../docs/netem-words.md', import.meta.url), 'utf8');
const [, table] = text.split(`${HEAD.join('\n')}\n`);
const lines = table.split('\n\n')[0].split('\n');
const expected = WORDS.flatMap((wordCase) => wordCase.figures.map((figure) => ({ wordCase, figure })));

test('docs/netem-words.md has a row for every figure of every case, and no others', () => {
  expect(lines).toHaveLength(expected.length);
});

test.for(expected.map(({ wordCase, figure }, i) => [`${wordCase.word}: ${figure.what}`, wordCase, figure, i] as const))(
  'docs: %s',
  ([, wordCase, figure, i]) => {
    const [before, behind] = around(wordCase, figure);
    const measured = lines[i].slice(before.length, -behind.length);
    expect(lines[i]).toBe(`${before}${measured}${behind}`);
    expect(wrong(figure, 'exactly' in figure ? measured : Number(measured))).toBeUndefined();
  },
);
