import type { Analysis } from './analyse.ts';
import { caseColumns, oneLine } from './case-columns.ts';
import { accountSummary, flagTable, heading, repeatCommand, subheading } from './content.ts';
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

/** Nothing in a label may start HTML, a link, emphasis, code, or a table cell. */
const escapeMarkdown = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_{}[\]|~#!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

function pipeTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = head.map((_, i) => (right[i] ? '---:' : '---'));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** The fence is longer than any run of backticks inside. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${code}\n${fence}`;
}
