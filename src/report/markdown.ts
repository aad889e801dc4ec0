import type { Analysis } from './analyse.ts';
import { arrivals, arrivedTable } from './arrived.ts';
import { caseColumns } from './case-columns.ts';
import { accountSummary, flagTable, heading, repeatCommand, subheading } from './content.ts';
import { escapeMarkdown, fenced, pipeTable } from './markdown-text.ts';
import { verdicts } from './verdict.ts';

/** `report.md`: verdicts, medians and charts, for a pull request or a wiki; the HTML report has the details. */
export function markdown(analysis: Analysis, charts: readonly { name: string; title: string }[]): string {
  const { run } = analysis;
  const said = verdicts(analysis);
  const groups = analysis.groups.flatMap((group, i) => {
    const cases = group.cases.map((index) => analysis.cases[index]);
    const columns = caseColumns(cases);
    return [
      `## ${escapeMarkdown(group.title)}`,
      ...(group.note ? [`**${escapeMarkdown(group.note)}**`] : []),
      [...said[i].findings, ...said[i].caveats.map((caveat) => `Caution: ${caveat}`)]
        .map((sentence) => `- ${escapeMarkdown(sentence)}`)
        .join('\n'),
      pipeTable(
        columns.map((column) => column.head),
        cases.map((entry) => columns.map((column) => column.cell(entry))),
        columns.map((column) => column.right),
      ),
    ];
  });
  const arrived = arrivedTable(arrivals(analysis));
  const flags = flagTable(analysis);
  const accounts = accountSummary(analysis);
  const environment = run.environment;
  const parts = [
    `# ${escapeMarkdown(heading(run))}`,
    escapeMarkdown(subheading(run)),
    ...groups,
    ...(charts.length === 0
      ? []
      : ['## Charts', ...charts.map(({ name, title }) => `![${title}](charts/${name}.svg)`)]),
    ...(arrived.rows.length === 0
      ? []
      : ['## What arrived', 'The pictures are in report.html.', pipeTable(arrived.head, arrived.rows)]),
    ...(flags.rows.length === 0 ? [] : ['## Doubts', pipeTable(flags.head, flags.rows)]),
    '## How it was measured',
    ...(accounts ? [escapeMarkdown(accounts)] : []),
    escapeMarkdown(
      `netduel ${environment.netduel}, Node ${environment.node}, ${environment.os}, kernel ${environment.kernel}, ${environment.cpus} x ${environment.cpu}; io ${run.effective.io.name}, emulator ${run.effective.emulator.name}.`,
    ),
    fenced(repeatCommand(run)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
