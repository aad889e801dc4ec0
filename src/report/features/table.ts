import type { RunRecord } from '../../record/schema.ts';
import { oneLine } from '../case-columns.ts';
import type { AskedCase, Claim, Extent, Side } from './claim.ts';
import { Evidence } from './evidence.ts';
import { CLAIMS, extentOf } from './index.ts';

export type Verdict =
  | 'holds'
  | 'holds with limits'
  | 'does not hold'
  /** Of a transport that the table of claims does not know. */
  | 'like TCP'
  | 'like UDP'
  | 'more like TCP'
  | 'more like UDP'
  | 'undecided'
  | 'not measured'
  | 'n/a';

export interface FeatureCell {
  readonly verdict: Verdict;
  readonly figures: readonly string[];
  readonly why: string;
}

export interface FeatureRow {
  readonly claim: string;
  readonly says: Readonly<Record<Side, string>>;
  /** As many as there are transports. */
  readonly cells: readonly FeatureCell[];
}

/** The table of claims with what was measured in its place: the same for terminal, Markdown, CSV and HTML. */
export interface FeatureTable {
  readonly extent: Extent;
  /** Labels. */
  readonly transports: readonly string[];
  readonly rows: readonly FeatureRow[];
}

/** Undefined for a run that was not made for it. */
export function featureTable(run: RunRecord): FeatureTable | undefined {
  const extent = extentOf(run);
  if (!extent) return undefined;
  const transports = [...new Set(run.cases.map((entry) => entry.transport.label))];
  const rows = CLAIMS.map((claim) => ({
    claim: claim.name,
    says: claim.says,
    cells: transports.map((label) => cell(claim, extent, new Evidence(run, label))),
  }));
  return { extent, transports: transports.map(oneLine), rows };
}

function cell(claim: Claim, extent: Extent, evidence: Evidence): FeatureCell {
  const cases = claim.cases(extent);
  if (!cases.some((asked) => evidence.completed(asked).length > 0)) return without(cases, evidence);
  const { figures, side, why, limited } = claim.judge(evidence);
  return { verdict: verdictOf(evidence.name, side, limited ?? false), figures, why };
}

/** Why there is nothing to judge by. */
function without(cases: readonly AskedCase[], evidence: Evidence): FeatureCell {
  const trials = cases.flatMap((asked) => evidence.trials(asked));
  const [first] = trials;
  if (!first || first.state === 'completed') {
    const planned = cases.some((asked) => evidence.planned(asked));
    const why = planned ? 'the run ended before' : 'the scenarios that it takes are not part of this netduel';
    return { verdict: 'not measured', figures: [], why };
  }
  const unsupported = trials.every(({ state }) => state === 'unsupported');
  return unsupported
    ? { verdict: 'n/a', figures: [], why: short(first.reason) }
    : { verdict: 'not measured', figures: [], why: oneLine(first.reason) };
}

/** The first statement of a reason; the details are among the trials. */
const short = (reason: string): string => oneLine(reason.split(': ')[0]);

const NAMES: Readonly<Record<Side, 'TCP' | 'UDP'>> = { tcp: 'TCP', udp: 'UDP' };

function verdictOf(name: string, side: Side | undefined, limited: boolean): Verdict {
  if (!side) return 'undecided';
  if (name !== 'tcp' && name !== 'udp') return limited ? `more like ${NAMES[side]}` : `like ${NAMES[side]}`;
  if (side !== name) return 'does not hold';
  return limited ? 'holds with limits' : 'holds';
}
