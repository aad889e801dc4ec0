import { formatMetric } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import { CLEAN, LOOPBACK } from '../paths.ts';
import { type Contest, rivalry } from '../rivalry.ts';
import { SMALL } from './overhead.ts';

const ON_LOOPBACK: AskedCase = { scenario: 'stream rate=max', link: LOOPBACK };
const ON_LINK: AskedCase = { scenario: 'stream', link: CLEAN };
const SMALL_ON_LOOPBACK: AskedCase = { scenario: SMALL.scenario, link: LOOPBACK };

const CONTESTS: readonly Contest[] = [
  { what: 'goodput on loopback', asked: ON_LOOPBACK, metric: 'goodput_bps', better: 'higher' },
  { what: 'goodput over 50 Mbit/s', asked: ON_LINK, metric: 'goodput_bps', better: 'higher' },
  { what: 'delay on loopback', asked: SMALL_ON_LOOPBACK, metric: 'delay_p50_ms', better: 'lower' },
  { what: 'delay over 50 Mbit/s', asked: ON_LINK, metric: 'delay_p50_ms', better: 'lower' },
];

export const speed: Claim = {
  name: 'transmission speed',
  says: { udp: 'very fast', tcp: 'fast, but not as fast as UDP' },
  cases: () => [ON_LOOPBACK, ON_LINK, SMALL_ON_LOOPBACK],
  judge(evidence) {
    const figures = CONTESTS.flatMap(({ what, asked, metric }) => {
      const value = evidence.median(asked, metric);
      return value === undefined ? [] : [`${what} ${formatMetric(metric, value)}`];
    });
    return { figures, ...rivalry(evidence, CONTESTS, 'udp') };
  },
};
