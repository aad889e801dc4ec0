import type { Analysis } from '../report/analyse.ts';
import { featureTable } from '../report/features/table.ts';
import { featureText } from '../report/features/terminal.ts';
import { type TableOptions, table } from '../report/table.ts';

/** What a run has to say on a terminal: the table that it was made for. */
export function resultText(analysis: Analysis, options: TableOptions): string {
  const features = featureTable(analysis.run);
  return features ? featureText(features, options) : table(analysis, options);
}
