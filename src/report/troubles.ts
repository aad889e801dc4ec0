import type { Flag, Trial } from '../record/schema.ts';
import { formatRatio } from '../record/units.ts';
import type { CaseSummary } from './analyse.ts';
import { fateOf } from './fate.ts';

/** Why some or all of a case's trials have no numbers, and why the numbers of others deserve doubt; one sentence each. */
export function troubles(entry: CaseSummary, name: string): string[] {
  return [...statesIn(entry, name), ...socketLoss(entry, name), ...doubts(entry, name)];
}

function statesIn({ trials }: CaseSummary, name: string): string[] {
  const without = trials.filter((trial) => trial.state !== 'completed');
  return tally(without, (trial) => `${trial.state}\n${trial.reason}`).map(([first, count]) => {
    const of = count === trials.length ? '' : ` in ${count} of ${trials.length} trials`;
    return `${name} ${first.state}${of}: ${withRemedy(first.reason, first.remedy)}`;
  });
}

/** Loss that is not the network's is the classic mistake in such comparisons: said first, and in numbers. */
function socketLoss({ completed }: CaseSummary, name: string): string[] {
  const fate = fateOf(completed);
  if (!fate || fate.droppedBySocket === 0 || fate.sent === 0) return [];
  return [
    `${name}: ${formatRatio(fate.droppedBySocket / fate.sent)} lost in the receiver's socket, not on the network`,
  ];
}

function doubts({ completed }: CaseSummary, name: string): string[] {
  return tally(flagsOf(completed), (flag) => flag.name).map(
    ([flag, count]) =>
      `${name}: ${flag.name} in ${count} of ${completed.length} trials: ${withRemedy(flag.reason, flag.remedy)}`,
  );
}

/** Of each trial the first flag of a name: a doubt about both ends of a trial is one doubtful trial. */
function flagsOf(completed: CaseSummary['completed']): Flag[] {
  return completed.flatMap(({ flags }) =>
    flags.filter((flag, i) => flags.findIndex(({ name }) => name === flag.name) === i),
  );
}

/** "reason (remedy)". */
export function withRemedy(reason: string, remedy: string | undefined): string {
  return remedy ? `${reason} (${remedy})` : reason;
}

/** The first of every kind and how many there are, most frequent first. */
export function tally<T>(items: readonly T[], kind: (item: T) => string): [T, number][] {
  const kinds = new Map<string, [T, number]>();
  for (const item of items) {
    const known = kinds.get(kind(item));
    if (known) known[1]++;
    else kinds.set(kind(item), [item, 1]);
  }
  return [...kinds.values()].sort(([, a], [, b]) => b - a);
}

/** For a narrow column: "1 failed, socket-drops 3/3". */
export function shortTroubles({ trials, completed }: CaseSummary): string {
  const states = tally<Trial>(
    trials.filter((trial) => trial.state !== 'completed'),
    (trial) => trial.state,
  ).map(([trial, count]) => (count === trials.length ? trial.state : `${count} ${trial.state}`));
  const flags = tally(flagsOf(completed), (flag) => flag.name).map(
    ([flag, count]) => `${flag.name} ${count}/${completed.length}`,
  );
  return [...states, ...flags].join(', ');
}
