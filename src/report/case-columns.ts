import { METRICS } from '../record/columns.ts';
import { SCENARIO_METRICS } from '../record/scenario-columns.ts';
import { formatMetric } from '../record/units.ts';
import type { CaseSummary } from './analyse.ts';
import { shortTroubles } from './troubles.ts';

/** A column of the table of cases, the same in the terminal, in Markdown and in HTML. */
export interface CaseColumn {
  readonly head: string;
  readonly right: boolean;
  /** The lowest go first where there is no room. */
  readonly priority: number;
  cell(entry: CaseSummary): string;
}

/** What a cell says of a metric that a case does not have. */
export const MISSING = '–';

const median = (metric: string, { metrics }: CaseSummary): string => {
  const summary = metrics.get(metric);
  return summary ? formatMetric(metric, summary.median) : MISSING;
};

/** "47 Mbit/s [46.1, 47.9]": the ends in the unit of the median. */
function medianWithInterval(metric: string, { metrics }: CaseSummary): string {
  const summary = metrics.get(metric);
  if (!summary) return MISSING;
  const text = formatMetric(metric, summary.median);
  if (!summary.interval) return text;
  const unit = text.slice(text.indexOf(' ') + 1);
  const ends = [summary.interval.low, summary.interval.high].map((end) => {
    const [number, own] = formatMetric(metric, end).split(' ');
    return own === unit || own === undefined ? number : `${number} ${own}`;
  });
  return `${text} [${ends.join(', ')}]`;
}

const metricColumn = (head: string, metric: string, priority: number): CaseColumn & { metric: string } => ({
  head,
  right: true,
  priority,
  metric,
  cell: (entry) => median(metric, entry),
});

const metricColumns = [
  { ...metricColumn('goodput', 'goodput_bps', 9), cell: (e: CaseSummary) => medianWithInterval('goodput_bps', e) },
  metricColumn('delay p50', 'delay_p50_ms', 8),
  metricColumn('delay p99', 'delay_p99_ms', 7),
  metricColumn('loss', 'loss_ratio', 6),
  metricColumn('completion', 'completion_s', 5),
  metricColumn('reordered', 'reordered_ratio', 3),
  metricColumn('retransmits', 'retransmits', 4),
  metricColumn('connect', 'connect_ms', 1),
];

/** The point of its scenario: it stays as long as goodput does. */
const headlineColumns = SCENARIO_METRICS.flatMap(({ name, headline }) =>
  headline === undefined ? [] : [metricColumn(headline, name, 9)],
);

const builtin = new Set([...METRICS, ...SCENARIO_METRICS].map((column) => column.name));

/**
 * For the cases of one group. Columns without a value in any of them are left out; what a scenario that did not come with
 * netduel measured beside the usual comes last.
 */
export function caseColumns(cases: readonly CaseSummary[]): CaseColumn[] {
  const foreign = [...new Set(cases.flatMap((entry) => [...entry.metrics.keys()]))].filter(
    (name) => !builtin.has(name),
  );
  const measured = [
    ...headlineColumns,
    ...metricColumns,
    ...foreign.map((name) => metricColumn(name.replaceAll('_', ' '), name, 0)),
  ];
  return [
    { head: 'transport', right: false, priority: 10, cell: (entry) => oneLine(entry.case.transport.label) },
    {
      head: 'trials',
      right: true,
      priority: 10,
      cell: (entry) => `${entry.completed.length}/${entry.trials.length}`,
    },
    ...measured.filter(({ metric }) => cases.some((entry) => entry.metrics.has(metric))),
    ...(cases.some((entry) => shortTroubles(entry) !== '')
      ? [{ head: 'notes', right: false, priority: 2, cell: shortTroubles }]
      : []),
  ];
}

/** Labels come from a command line or a config file: anything may be in them. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
