import type { Outage } from '../profile.ts';
import { takePositiveTime, takeTime } from './bounds.ts';
import type { Clause } from './clause.ts';

/** What follows `outage`; undefined for outages of no length. */
export function parseOutage(clause: Clause): Outage | undefined {
  const given = clause.named({
    every: () => takePositiveTime(clause),
    for: () => takeTime(clause),
    after: () => takeTime(clause),
  });
  const { every: everyNs, for: forNs, after: afterNs = everyNs } = given;
  if (everyNs === undefined || forNs === undefined || afterNs === undefined) {
    clause.fail("needs 'every TIME for TIME', such as every 30s for 2s");
  }
  if (forNs >= everyNs) clause.refuse('lasts as long as the time from one to the next: nothing would ever pass');
  return forNs > 0 ? { everyNs, forNs, afterNs } : undefined;
}
