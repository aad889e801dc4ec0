import { median } from '../../../../src/stats/quantile.ts';
import { between } from '../bound.ts';
import { irtt, type Trip } from '../irtt.ts';
import { steps } from '../statistics.ts';
import type { WordCase } from '../word-case.ts';

/** Runs of datagrams that were lost: when the first and the last of each was sent. */
function silences(trips: readonly Trip[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  trips.forEach(({ sentMs, ms }, i) => {
    if (ms !== undefined) return;
    const last = found.at(-1);
    if (last && trips[i - 1]?.ms === undefined) last.to = sentMs;
    else found.push({ from: sentMs, to: sentMs });
  });
  return found;
}

export const OUTAGE: readonly WordCase[] = [
  {
    word: 'outage',
    link: 'up: outage every 200ms for 50ms after 100ms',
    tools: ['irtt'],
    figures: [
      {
        what: 'median time from one to the next',
        unit: 'ms',
        closedForm: '200 ms',
        bound: between(194, 206, '2 datagrams, late at both ends'),
      },
      {
        what: 'median time from the first lost to the last',
        unit: 'ms',
        closedForm: '50 ms',
        bound: between(42, 54, '2 datagrams, late at both ends'),
      },
    ],
    measure: async (lab) => {
      const found = silences(await irtt(lab, 1000));
      return [median(steps(found.map(({ from }) => from))), median(found.map(({ from, to }) => to - from))];
    },
  },
];
