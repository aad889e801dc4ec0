import { formatMetric } from '../../record/units.ts';
import type { Analysis } from '../analyse.ts';
import { caseColumns, oneLine } from '../case-columns.ts';
import { formatSettings } from '../case-label.ts';
import {
  accountSummary,
  accountTable,
  environmentTable,
  flagTable,
  heading,
  repeatCommand,
  subheading,
  type TextTable,
} from '../content.ts';
import { metricNames } from '../csv/trials.ts';
import type { Group } from '../groups.ts';
import { withRemedy } from '../troubles.ts';
import { type GroupVerdict, verdicts } from '../verdict.ts';
import { arrivedSection } from './arrived.ts';
import { document } from './document.ts';
import { inlineSvg } from './drawing.ts';
import { features } from './features.ts';
import { dataTable, list, type Markup, NOTHING, tag } from './markup.ts';

/** A chart whose picture has been made. */
export interface DrawnChart {
  readonly name: string;
  readonly title: string;
  readonly howToRead: string;
  readonly svg: string;
}

/** `report.html`: one file that fetches nothing. */
export function html(analysis: Analysis, charts: readonly DrawnChart[]): string {
  const { run } = analysis;
  const title = heading(run);
  const said = verdicts(analysis);
  const body = tag`<h1>${title}</h1>
<p class="lead">${subheading(run)}</p>
${features(run)}
<h2>Verdict</h2>
${analysis.groups.map(({ note }, i) => verdict(said[i], note))}
<h2>Cases</h2>
<p class="how">Medians over completed trials; in brackets the 95 % bootstrap interval of that median, which promises less with fewer
than six trials.</p>
${analysis.groups.map((group, i) => caseTable(analysis, group, said[i].winner))}
${charts.length === 0 ? NOTHING : tag`<h2>Charts</h2>\n${charts.map(figure)}`}
${arrivedSection(analysis)}
${accounts(analysis)}
${flags(analysis)}
<h2>Every trial</h2>
${trials(analysis)}
<h2>How it was measured</h2>
<p>To ask for the same run again:</p>
<pre>${repeatCommand(run)}</pre>
${foldedTable('Environment', environmentTable(run))}
${foldedJson('Configuration as asked for', run.requested)}
${foldedJson('Configuration in effect', { ...run.effective, cases: run.cases })}
${foldedTable('Sockets in effect', socketTable(analysis))}`;
  return document(title, body);
}

const noteLine = (note: string | undefined): Markup => (note ? tag`<p class="note">${note}</p>\n` : NOTHING);

function verdict({ title, findings, caveats }: GroupVerdict, note: string | undefined): Markup {
  const doubt = caveats.length === 0 ? NOTHING : tag`<div class="caveats">${list(caveats)}</div>\n`;
  const nothing = findings.length === 0 && caveats.length === 0 ? tag`<p>Nothing was measured.</p>` : NOTHING;
  return tag`<h3>${title}</h3>\n${noteLine(note)}${list(findings)}${doubt}${nothing}`;
}

function caseTable(analysis: Analysis, { title, note, cases }: Group, winner: number | undefined): Markup {
  const entries = cases.map((index) => analysis.cases[index]);
  const columns = caseColumns(entries);
  const rows = entries.map((entry) =>
    columns.map((column) => ({
      text: column.cell(entry),
      number: column.right,
      strong: column.head === 'goodput' && entry.index === winner,
    })),
  );
  return tag`<h3>${title}</h3>\n${noteLine(note)}${dataTable(
    columns.map(({ head, right }) => ({ text: head, number: right })),
    rows,
  )}`;
}

const figure = ({ name, title, howToRead, svg }: DrawnChart): Markup =>
  tag`<figure id="${name}"><figcaption><h3>${title}</h3><p class="how">${howToRead}</p></figcaption>
<div class="card">${inlineSvg(svg, name)}</div></figure>\n`;

function textTable({ head, rows, numbersFrom }: TextTable): Markup {
  const cells = (row: readonly string[]) => row.map((text, i) => ({ text, number: i >= numbersFrom }));
  return dataTable(cells(head), rows.map(cells));
}

const folded = (summary: string, content: Markup): Markup =>
  tag`<details><summary>${summary}</summary>\n${content}</details>\n`;

const foldedTable = (summary: string, table: TextTable): Markup =>
  table.rows.length === 0 ? NOTHING : folded(summary, textTable(table));

const foldedJson = (summary: string, value: unknown): Markup =>
  folded(summary, tag`<pre>${JSON.stringify(value, null, 2)}</pre>\n`);

function accounts(analysis: Analysis): Markup {
  const summary = accountSummary(analysis);
  if (!summary) return NOTHING;
  return tag`<h2>What the link did</h2>
<p>${summary}</p>
<p class="how">The emulator counts every packet itself: up is client to server. Late is how long after the model's time a packet left.</p>
${foldedTable('Accounts per trial', accountTable(analysis))}`;
}

function flags(analysis: Analysis): Markup {
  const table = flagTable(analysis);
  return table.rows.length === 0 ? NOTHING : tag`<h2>Doubts</h2>\n${textTable(table)}`;
}

/** Only metrics that some trial has: a table of mostly empty columns helps nobody. */
function trials({ run, cases }: Analysis): Markup {
  const names = metricNames(run).filter((name) => cases.some((entry) => entry.metrics.has(name)));
  const rows = run.trials.map((trial) => {
    const label = oneLine(cases[trial.case].label);
    const note =
      trial.state === 'completed'
        ? trial.flags.map((flag) => flag.name).join(', ')
        : withRemedy(trial.reason, trial.remedy);
    const values = names.map((name) => {
      const value = trial.state === 'completed' ? trial.metrics[name] : undefined;
      return value === undefined ? '' : formatMetric(name, value);
    });
    return [label, `${trial.trial}`, trial.state, note, `${trial.seed}`, ...values];
  });
  const head = ['case', 'trial', 'state', 'notes', 'seed', ...names];
  return folded(`${rows.length} trials, in the order in which they ran`, textTable({ head, rows, numbersFrom: 4 }));
}

/** What the kernel granted; equal trials of a case are shown once. */
function socketTable({ cases }: Analysis): TextTable {
  const rows = cases.flatMap(({ label, completed }) => {
    const seen = completed.map(({ effective: { client, server } }) =>
      JSON.stringify([formatSettings(client), formatSettings(server)]),
    );
    return [...new Set(seen)].map((text) => {
      const [client, server]: string[] = JSON.parse(text);
      return [oneLine(label), client, server];
    });
  });
  return { head: ['case', 'client', 'server'], rows, numbersFrom: 3 };
}
