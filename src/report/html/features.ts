import type { RunRecord } from '../../record/schema.ts';
import { type FeatureCell, featureTable, type Verdict } from '../features/table.ts';
import { list, type Markup, NOTHING, tag } from './markup.ts';

const CLASSES: Partial<Record<Verdict, string>> = {
  holds: 'holds',
  'holds with limits': 'limits',
  'does not hold': 'fails',
};

/** The table of claims; nothing for a run that was not made for it. */
export function features(run: RunRecord): Markup {
  const table = featureTable(run);
  if (!table) return NOTHING;
  const heads = ['claim', ...table.transports].map((text) => tag`<th scope="col">${text}</th>`);
  const rows = table.rows.map(
    ({ claim, says, cells }) =>
      tag`<tr><th scope="row">${claim}<p class="how">UDP: ${says.udp}</p><p class="how">TCP: ${says.tcp}</p></th>${cells.map(cell)}</tr>\n`,
  );
  return tag`<h2>UDP and TCP: claims, measured</h2>
<p class="how">What is said of UDP and of TCP, and whether it is so here. Of other transports: whose side they take.</p>
<div class="scroll claims"><table><thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody></table></div>\n`;
}

const cell = ({ verdict, figures, why }: FeatureCell): Markup =>
  tag`<td><strong class="${CLASSES[verdict] ?? ''}">${verdict}</strong>${list(figures)}<p class="how">${why}</p></td>`;
