import type { RunRecord } from '../../record/schema.ts';
import type { AskedCase, Claim, Extent } from './claim.ts';
import { applications } from './claims/applications.ts';
import { dataInterface } from './claims/data-interface.ts';
import { flowControl } from './claims/flow-control.ts';
import { overhead } from './claims/overhead.ts';
import { quantity } from './claims/quantity.ts';
import { reliability } from './claims/reliability.ts';
import { retransmissions } from './claims/retransmissions.ts';
import { setUp } from './claims/set-up.ts';
import { speed } from './claims/speed.ts';

/** The rows of the table, in its order. */
export const CLAIMS: readonly Claim[] = [
  setUp,
  dataInterface,
  reliability,
  retransmissions,
  flowControl,
  overhead,
  speed,
  quantity,
  applications,
];

/** Everything that the claims are judged by, each once. */
export function casesOf(extent: Extent): AskedCase[] {
  const cases = CLAIMS.flatMap((claim) => claim.cases(extent));
  const key = ({ scenario, link }: AskedCase): string => `${scenario}\n${link}`;
  return [...new Map(cases.map((asked) => [key(asked), asked])).values()];
}

/** How much was measured for the table; undefined for a run that was not made for it. */
export function extentOf({ requested }: Pick<RunRecord, 'requested'>): Extent | undefined {
  const extent = requested['features'];
  return extent === 'quick' || extent === 'usual' || extent === 'full' ? extent : undefined;
}
