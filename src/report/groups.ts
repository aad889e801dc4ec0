import type { Case, RunRecord } from '../record/schema.ts';
import { settingsKey, unique } from './case-label.ts';
import { emulationNote } from './emulation.ts';

/** Cases that differ only in their transport: the ones that may be compared. */
export interface Group {
  readonly scenario: Case['scenario'];
  readonly link: Case['link'];
  /** What the cases have in common, in words; unique within the run. */
  readonly title: string;
  /** To be read with all of its figures. */
  readonly note: string | undefined;
  /** Indices into `run.cases`. */
  readonly cases: readonly number[];
}

/** In the order in which the run's cases name them. */
export function groupCases(run: Pick<RunRecord, 'cases' | 'effective'>): Group[] {
  const groups = new Map<string, number[]>();
  run.cases.forEach((entry, index) => {
    const { scenario, link } = entry;
    const key = JSON.stringify([scenario.name, settingsKey(scenario.params), link.label, link.profile]);
    const members = groups.get(key);
    if (members) members.push(index);
    else groups.set(key, [index]);
  });
  const several = new Set(run.cases.map((entry) => entry.scenario.label)).size > 1;
  const members = [...groups.values()];
  const titles = unique(
    members.map(([first]) => {
      const { scenario, link } = run.cases[first];
      return several ? `${scenario.label} over ${link.label}` : link.label;
    }),
  );
  return members.map((cases, i) => ({
    scenario: run.cases[cases[0]].scenario,
    link: run.cases[cases[0]].link,
    title: titles[i],
    note: emulationNote(run, run.cases[cases[0]]),
    cases,
  }));
}
