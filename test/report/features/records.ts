import type { Metrics, RunRecord, Trial } from '../../../src/record/schema.ts';
import type { AskedCase, Claim, Finding } from '../../../src/report/features/claim.ts';
import { Evidence } from '../../../src/report/features/evidence.ts';
import { type FeatureCell, featureTable } from '../../../src/report/features/table.ts';
import { record } from '../fixtures.ts';

/** What one transport's trials of a case came to: metrics of each, or why there are none. */
export interface Measured extends AskedCase {
  readonly transport: string;
  readonly trials: readonly (Metrics | { readonly state: 'failed' | 'unsupported'; readonly reason: string })[];
}

/** A run of `netduel features` that measured just that. */
export function featuresRun(measured: readonly Measured[], extent = 'usual'): RunRecord {
  const cases = measured.map(({ transport, scenario, link }) => ({
    transport: { label: transport, name: transport.split(' ')[0] ?? '', options: {} },
    scenario: { label: scenario, name: scenario.split(' ')[0] ?? '', params: { words: scenario } },
    link: { label: link, profile: link === 'loopback' ? '' : link },
  }));
  const trials = measured.flatMap(({ trials: own }, index) =>
    own.map((given, i): Trial => {
      const base = { case: index, trial: i + 1, seed: 1 };
      if ('state' in given) return { ...base, ...(given as { state: 'failed' | 'unsupported'; reason: string }) };
      return {
        ...base,
        state: 'completed',
        startedAt: '2026-11-22T10:00:00.000Z',
        metrics: given as Metrics,
        flags: [],
        series: [],
        effective: { client: {}, server: {}, warmupSeconds: 0, settleSeconds: 0, windowSeconds: 1 },
      };
    }),
  );
  const run = record(cases, trials);
  return { ...run, requested: { ...run.requested, features: extent } };
}

export const judged = (claim: Claim, transport: string, measured: readonly Measured[]): Finding =>
  claim.judge(new Evidence(featuresRun(measured), transport));

/** By the name of the claim, for the transports in the order of the run. */
export function cellsOf(run: RunRecord, claim: string): readonly FeatureCell[] {
  const row = featureTable(run)?.rows.find((one) => one.claim === claim);
  if (!row) throw new Error(`there is no claim '${claim}'`);
  return row.cells;
}
