import { SCENARIO_METRICS } from '../record/scenario-columns.ts';
import { formatBitRate, formatCount, formatFactor, formatMetric, formatRatio } from '../record/units.ts';
import { type Comparison, compare, enoughToCompare } from '../stats/compare.ts';
import { type Analysis, type CaseSummary, valuesOf } from './analyse.ts';
import { fateOf } from './fate.ts';
import { troubles } from './troubles.ts';

/** What a group of comparable cases shows, in plain words; neither escaped nor wrapped. */
export interface GroupVerdict {
  readonly title: string;
  /** Into `run.cases`: the clear winner in goodput, where there is one. */
  readonly winner?: number;
  /** What was measured. */
  readonly findings: readonly string[];
  /** What could not be measured, and what to doubt. */
  readonly caveats: readonly string[];
}

export function verdicts(analysis: Analysis): GroupVerdict[] {
  return analysis.groups.map((group) => {
    const cases = group.cases.map((index) => analysis.cases[index]);
    const name = nameIn(cases);
    const points = headlines(cases);
    // Where a scenario has a point of its own, goodput is but what it happened to send.
    const winner = points.length > 0 ? undefined : clearWinner(cases);
    return {
      title: group.title,
      ...(winner === undefined ? {} : { winner }),
      findings: [
        ...(points.length > 0 ? points.flatMap((entry) => findings(cases, name, entry)) : goodputFindings(cases, name)),
        ...lossFindings(cases, name),
        ...durations(cases).flatMap((entry) => findings(cases, name, entry)),
      ],
      caveats: [...doubt(cases), ...cases.flatMap((entry) => troubles(entry, name(entry)))],
    };
  });
}

const GOODPUT = 'goodput_bps';

type Name = (entry: CaseSummary) => string;

/** The transport alone names a case inside its group, unless two cases share it. */
function nameIn(cases: readonly CaseSummary[]): Name {
  const labels = cases.map((entry) => entry.case.transport.label);
  return ({ case: { transport }, label }) =>
    labels.filter((other) => other === transport.label).length > 1 ? label : transport.label;
}

/** Those that have the metric, best first. */
function ranked(cases: readonly CaseSummary[], metric: string, better: 'higher' | 'lower'): CaseSummary[] {
  const value = (entry: CaseSummary): number => entry.metrics.get(metric)?.median ?? 0;
  const sign = better === 'higher' ? -1 : 1;
  return cases.filter((entry) => entry.metrics.has(metric)).sort((a, b) => sign * (value(a) - value(b)));
}

const against = (a: CaseSummary, b: CaseSummary, metric: string): Comparison =>
  compare(valuesOf(a.completed, metric), valuesOf(b.completed, metric));

/** Ahead of every other with an interval that excludes "equal". */
function clearWinner(cases: readonly CaseSummary[]): number | undefined {
  const [best, ...others] = ranked(cases, GOODPUT, 'higher');
  if (others.length === 0) return undefined;
  return others.every((other) => against(best, other, GOODPUT).verdict === 'higher') ? best.index : undefined;
}

/** A ratio with its uncertainty: "9.8x [9.1, 10.4]", and the words that say so where there is no interval. */
function withInterval(what: string, { low, high }: Comparison): string {
  if (low === undefined && high === undefined) return `${what} (a single trial: no interval)`;
  const end = (value: number | undefined): string =>
    value === undefined ? 'unbounded' : formatFactor(value).slice(0, -1);
  return `${what} [${end(low)}, ${end(high)}]`;
}

const DOUBT = 'too few trials to tell a difference from chance: run at least 4 of each (--trials 5)';

/** Whether it is the number of trials, rather than their spread, that leaves the question open. */
function tooFew(a: CaseSummary, b: CaseSummary, metric: string): boolean {
  return !enoughToCompare(a.metrics.get(metric)?.n ?? 0, b.metrics.get(metric)?.n ?? 0);
}

/** Said once per group rather than after every figure. */
function doubt(cases: readonly CaseSummary[]): string[] {
  const counts = cases.map((entry) => entry.completed.length).filter((count) => count > 0);
  const pairs = counts.flatMap((n, i) => counts.slice(i + 1).map((m) => enoughToCompare(n, m)));
  return pairs.includes(false) ? [DOUBT] : [];
}

function goodputFindings(cases: readonly CaseSummary[], name: Name): string[] {
  const [best, ...others] = ranked(cases, GOODPUT, 'higher');
  if (!best) return [];
  const median = (entry: CaseSummary): string => formatBitRate(entry.metrics.get(GOODPUT)?.median ?? 0);
  if (others.length === 0) return [`${name(best)} delivers ${median(best)}`];
  return others.map((other) => {
    const result = against(best, other, GOODPUT);
    const pair = `${name(best)} and ${name(other)}`;
    const figures = `${median(best)} against ${median(other)}`;
    if (result.ratio === undefined) return `${name(best)} delivers ${median(best)}, ${name(other)} nothing`;
    const ratio = withInterval(formatFactor(result.ratio), result);
    if (result.verdict === 'same') return `${pair} deliver the same goodput, within 2 %: ${figures}`;
    if (tooFew(best, other, GOODPUT)) {
      const times = withInterval(`${formatFactor(result.ratio)} the goodput of ${name(other)}`, result);
      return `${name(best)} delivers ${times}: ${figures}`;
    }
    if (result.verdict === 'unclear') return `no clear difference in goodput between ${pair}: ${figures}, ${ratio}`;
    return `${name(best)} delivers ${withInterval(`${formatFactor(result.ratio)} the goodput of ${name(other)}`, result)}: ${figures}`;
  });
}

function lossFindings(cases: readonly CaseSummary[], name: Name): string[] {
  const parts = cases.flatMap((entry) => {
    const fate = fateOf(entry.completed);
    if (!fate) return [];
    const ratio = fate.sent === 0 ? 0 : fate.undelivered / fate.sent;
    const retransmits = entry.metrics.get('retransmits')?.median;
    const again = retransmits
      ? ` and retransmits ${formatCount(retransmits)} segment${retransmits === 1 ? '' : 's'}`
      : '';
    // The tables show the median of the trials: two figures for one thing unless it is said what this one is.
    const pooled = entry.completed.length > 1 ? ' over all trials' : '';
    const lost = ratio === 0 ? 'nothing' : `${formatRatio(ratio)}${pooled}`;
    return [`${name(entry)} loses ${lost}${again}`];
  });
  return parts.length === 0 ? [] : [parts.join('; ')];
}

/** A metric that is worth a sentence. */
interface Point {
  readonly metric: string;
  readonly what: string;
  readonly better: 'higher' | 'lower';
}

const HEADLINES: readonly Point[] = SCENARIO_METRICS.flatMap(({ name, headline, better }) =>
  headline && better ? [{ metric: name, what: headline, better }] : [],
);

const headlines = (cases: readonly CaseSummary[]): readonly Point[] => HEADLINES.filter((point) => has(cases, point));

const DURATIONS: readonly Point[] = [
  { metric: 'delay_p50_ms', what: 'median one-way delay', better: 'lower' },
  { metric: 'delay_p99_ms', what: '99th percentile of the delay', better: 'lower' },
  { metric: 'completion_s', what: 'completion time', better: 'lower' },
  { metric: 'connect_ms', what: 'time to connect', better: 'lower' },
];

const has = (cases: readonly CaseSummary[], { metric }: Point): boolean =>
  cases.some((entry) => entry.metrics.has(metric));

/** The time to connect is worth a sentence where it is the point of the scenario, that is where nothing else was timed. */
function durations(cases: readonly CaseSummary[]): readonly Point[] {
  const measured = DURATIONS.filter((point) => has(cases, point));
  return measured.length + headlines(cases).length > 1
    ? measured.filter(({ metric }) => metric !== 'connect_ms')
    : measured;
}

/** All values, best first, and how far the last is from the first. */
function findings(cases: readonly CaseSummary[], name: Name, { metric, what, better }: Point): string[] {
  const order = ranked(cases, metric, better);
  if (order.length === 0) return [];
  const median = (entry: CaseSummary): string => formatMetric(metric, entry.metrics.get(metric)?.median ?? 0);
  const listed = `${what}: ${order.map((entry) => `${name(entry)} ${median(entry)}`).join(', ')}`;
  if (order.length === 1) return [listed];
  const [best, worst] = [order[0], order[order.length - 1]];
  const [more, less] = better === 'lower' ? [worst, best] : [best, worst];
  const result = against(more, less, metric);
  if (result.verdict === 'same') return [`${listed}: the same, within 2 %`];
  const ends = better === 'lower' ? 'last against first: ' : 'first against last: ';
  const between = order.length > 2 ? ends : '';
  const ratio = result.ratio === undefined ? '' : ` (${between}${withInterval(formatFactor(result.ratio), result)})`;
  if (tooFew(worst, best, metric)) return [`${listed}${ratio}`];
  return [result.verdict === 'unclear' ? `${listed}: no clear difference` : `${listed}${ratio}`];
}
