/**
 * `npx jiti scripts/netem-words.ts`, after `npm run build`: measures every word of a link profile in a lab, as test/e2e/words.test.ts does, and puts the
 * figures into the table of docs/netem-words.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openBareLab } from '../test/e2e/outside-lab.ts';
import { HEAD, rows } from '../test/e2e/words/markdown.ts';
import { WORDS } from '../test/e2e/words/table.ts';
import { trial } from '../test/e2e/words/trial.ts';
import { type Measured, type WordCase, wrong } from '../test/e2e/words/word-case.ts';

const DOCS = new URL('../docs/netem-words.md', import.meta.url);

const lab = await openBareLab();
const measured = new Map<WordCase, readonly Measured[]>();
try {
  for (const wordCase of WORDS) {
    const values = await trial(lab, wordCase);
    measured.set(wordCase, values);
    for (const [i, figure] of wordCase.figures.entries()) {
      const complaint = wrong(figure, values[i]);
      if (complaint !== undefined) process.stderr.write(`${wordCase.link}: ${complaint}\n`);
    }
  }
} finally {
  await lab.close();
}
const head = `${HEAD.join('\n')}\n`;
const [before, table] = readFileSync(DOCS, 'utf8').split(head);
const behind = table.slice(table.indexOf('\n\n'));
writeFileSync(DOCS, `${before}${head}${rows(measured).join('\n')}${behind}`);
