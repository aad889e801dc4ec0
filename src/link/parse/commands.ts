import type { Stage } from '../profile.ts';
import { UnitError } from '../units.ts';
import { chained, majorOf, type Qdisc } from './chain.ts';
import { Clause } from './clause.ts';
import { parseStage } from './stages.ts';
import { type Source, type Word, wordsOf } from './words.ts';

/** What runs tc may stand before it: `sudo`, `ip netns exec NAME`. */
const RUNNERS = /^(sudo|doas|ip|nsenter)$/;
const TC = /^(.*\/)?tc$/;
/** Options of tc with an argument. */
const WITH_ARGUMENT = /^-(n|net|netns|cf|conf)$/;

const NO_COMMAND = "is no 'tc qdisc' command; leave it out";
const SHOWN = "; of what is in force give the output of 'tc -j qdisc show'";

/** Whether the words are those of shell commands, or of a file for `tc -batch`. */
export function areCommands([first]: readonly Word[]): boolean {
  return first !== undefined && (first.text === 'qdisc' || TC.test(first.text) || RUNNERS.test(first.text));
}

/** The stages that `tc qdisc add` commands set up, one on each line or between `;` and `&&`. */
export function parseCommands(source: Source, code: string, start: number, end: number): Stage[] {
  const commands: Word[][] = [];
  let from = start;
  for (const separator of code.slice(start, end).matchAll(/\n|;|&&|$/g)) {
    const words = wordsOf(code, from, start + separator.index);
    if (words.length > 0) commands.push(words);
    from = start + separator.index + separator[0].length;
  }
  return chained(commands.map((words) => parseCommand(source, words)));
}

function parseCommand(source: Source, words: readonly Word[]): Qdisc {
  const tc = words.findIndex(({ text }) => TC.test(text));
  let start = tc + 1;
  while (words[start]?.text.startsWith('-')) start += WITH_ARGUMENT.test(words[start].text) ? 2 : 1;
  const place = new Clause(source, words, 0, Math.min(start, words.length));
  if (tc < 0 && words[0].text !== 'qdisc') new Clause(source, words, 0, words.length).refuse(NO_COMMAND);
  place.value('qdisc and its words', (text) => expectShort(text, ['qdisc']));
  place.value('add, change or replace', (text) => expectShort(text, ['add', 'change', 'replace'], SHOWN));
  const word = (wanted: string) => () => place.value(wanted, (text) => text);
  const { dev, root, parent, handle } = place.named({
    dev: word('a device'),
    root: () => true,
    parent: word('the handle of a qdisc'),
    handle: word('a handle, such as 1:'),
  });
  if (!place.take('netem', 'tbf')) place.value('a qdisc: netem or tbf', notEmulated);
  if (root === undefined && parent === undefined) place.refuse("needs 'root', or 'parent' and a handle");
  if (root !== undefined && parent !== undefined) place.refuse("'root' and 'parent' exclude each other");
  return {
    stage: parseStage(source, words.slice(place.end - 1)),
    dev,
    handle: handle && majorOf(handle),
    parent: parent && majorOf(parent),
    refuse: (problem) => place.refuse(problem),
  };
}

/** tc takes any beginning of its words. */
function expectShort(word: string, names: readonly string[], hint = ''): void {
  if (names.some((name) => name.startsWith(word))) return;
  throw new UnitError(`expected ${names.join(', ')}, not '${word}'${hint}`);
}

function notEmulated(kind: string): never {
  throw new UnitError(`'${kind}' is not emulated; netem and tbf are`);
}
