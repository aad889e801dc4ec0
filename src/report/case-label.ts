import type { Case, RunRecord, Settings } from '../record/schema.ts';

/** `key=value` joined by spaces, in the order of the settings. */
export function formatSettings(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

/** Equal for settings that say the same in another order. */
export function settingsKey(settings: Settings): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * One label per case, unique within the run and as short as that allows: the transport, and the scenario and link only
 * when there are several.
 */
export function caseLabels(run: Pick<RunRecord, 'cases'>): string[] {
  const scenarios = new Set(run.cases.map((entry) => entry.scenario.label)).size > 1;
  const links = new Set(run.cases.map((entry) => entry.link.label)).size > 1;
  const short = (entry: Case): string =>
    [entry.transport.label, scenarios ? entry.scenario.label : '', links ? `over ${entry.link.label}` : '']
      .filter((part) => part !== '')
      .join(' ');
  return unique(run.cases.map(short));
}

/** Numbers what occurs more than once: a, b, a becomes a #1, b, a #2. */
export function unique(labels: readonly string[]): string[] {
  const taken = new Set(labels.filter((label) => labels.indexOf(label) === labels.lastIndexOf(label)));
  return labels.map((label) => {
    if (taken.has(label) && labels.indexOf(label) === labels.lastIndexOf(label)) return label;
    let number = 1;
    while (taken.has(`${label} #${number}`)) number++;
    taken.add(`${label} #${number}`);
    return `${label} #${number}`;
  });
}
