import type { RunRecord } from '../../record/schema.ts';
import { repeatCommand, subheading } from '../content.ts';
import { escapeMarkdown, fenced, pipeTable } from '../markdown-text.ts';
import type { FeatureCell, FeatureTable } from './table.ts';

/** `features.md`: verdicts at a glance, then the figures behind each of them. */
export function featuresMarkdown(run: RunRecord, table: FeatureTable): string {
  const { transports, rows } = table;
  const parts = [
    '# UDP and TCP: claims, measured',
    escapeMarkdown(subheading(run)),
    pipeTable(
      ['claim', ...transports],
      rows.map(({ claim, cells }) => [claim, ...cells.map(({ verdict }) => verdict)]),
    ),
    ...rows.flatMap(({ claim, says, cells }) => [
      `## ${escapeMarkdown(claim)}`,
      `Said of UDP: ${escapeMarkdown(says.udp)}. Said of TCP: ${escapeMarkdown(says.tcp)}.`,
      pipeTable(
        ['transport', 'verdict', 'measured', 'because'],
        transports.map((label, i) => [label, ...cellsOf(cells[i])]),
      ),
    ]),
    '## How it was measured',
    fenced(repeatCommand(run)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const cellsOf = ({ verdict, figures, why }: FeatureCell): string[] => [verdict, figures.join('; '), why];
