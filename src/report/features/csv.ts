import { stringify } from 'csv-stringify/sync';
import type { FeatureTable } from './table.ts';

/** `features.csv`: a row per claim and transport. */
export function featuresCsv(runId: string, { transports, rows }: FeatureTable): string {
  const head = ['run_id', 'claim', 'said_of_udp', 'said_of_tcp', 'transport', 'verdict', 'measured', 'because'];
  const lines = rows.flatMap(({ claim, says, cells }) =>
    cells.map(({ verdict, figures, why }, i) => [
      runId,
      claim,
      says.udp,
      says.tcp,
      transports[i],
      verdict,
      figures.join('; '),
      why,
    ]),
  );
  return stringify([head, ...lines]);
}
