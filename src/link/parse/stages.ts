import type { Stage } from '../profile.ts';
import { ProfileError } from '../profile-error.ts';
import { parseNetem } from './netem.ts';
import { parseTbf } from './tbf.ts';
import type { Source, Word } from './words.ts';

/** Stages with bars between them, or `direct` alone. */
export function parseStages(source: Source, words: readonly Word[]): Stage[] {
  const [first, second] = words;
  if (first.text === 'direct') {
    if (!second) return [];
    const place = { text: source.text, at: first.at, length: first.text.length };
    throw new ProfileError("'direct' means no impairment at all and stands alone", place);
  }
  const stages: Stage[] = [];
  for (let start = 0; start <= words.length; ) {
    const bar = words.findIndex((word, i) => i >= start && word.text === '|');
    const end = bar < 0 ? words.length : bar;
    if (end === start) {
      const { text, at } = words[bar < 0 ? start - 1 : bar];
      throw new ProfileError("nothing stands on one side of '|'", { text: source.text, at, length: text.length });
    }
    stages.push(parseStage(source, words.slice(start, end)));
    start = end + 1;
  }
  return stages;
}

/** One qdisc: `tbf ...`, or `netem ...`, whose name may be left out. */
export function parseStage(source: Source, words: readonly Word[]): Stage {
  if (words[0].text === 'tbf') return parseTbf(source, words);
  return parseNetem(source, words, words[0].text === 'netem' ? 1 : 0);
}
