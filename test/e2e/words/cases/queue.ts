import { median } from '../../../../src/stats/quantile.ts';
import { type Bound, between } from '../bound.ts';
import { iperf } from '../iperf.ts';
import { burst, during, FULL, listOf, seqs, times } from '../ping.ts';
import type { WordCase } from '../word-case.ts';

/** Bursts of full frames into a queue that takes 30.28 ms for each, so that none has left before all are there. */
const bounded = (bound: string, closedForm: string, exactly: string): WordCase => ({
  word: `queue ${bound.replace(/\d+ ?/, '')}`,
  link: `up: rate 400kbit queue ${bound}`,
  tools: ['ping'],
  figures: [{ what: 'answered of 20 of 1514 bytes', closedForm, exactly }],
  measure: async (lab) => [listOf(seqs(await burst(lab, 20, FULL)))],
});

/** What ping waits for while a flow of TCP fills the link: the median of the second half of the time. */
const loaded = (queue: string, seconds: number, closedForm: string, bound: Bound): WordCase => ({
  word: `${queue}, under load`,
  link: `up: delay 5ms rate 10mbit ${queue} down: delay 5ms`,
  tools: ['ping', 'iperf3'],
  figures: [{ what: 'median round trip', unit: 'ms', closedForm, bound }],
  measure: async (lab) => {
    const load = iperf(lab, ['-t', `${seconds}`, '--congestion', 'reno']);
    const [answers] = await Promise.all([during(lab, seconds), load]);
    return [median(times(answers.slice(answers.length / 2)))];
  },
});

/** Of a queue that a burst of 500 has filled: drops at 100 / sqrt(k) ms after one another, until it is empty. */
function codelDrops(): number {
  const fullMs = (8 * 1514) / 10_000;
  let drops = 0;
  for (let ms = 5 + 100; ms < (500 - drops) * fullMs; ms += 100 / Math.sqrt(drops)) drops++;
  return drops;
}

export const QUEUE: readonly WordCase[] = [
  bounded('5 packets', 'the first 5', '1 to 5'),
  bounded('10000 bytes', 'floor(10000 / 1514) = 6', '1 to 6'),
  bounded('100ms', 'with 100 ms or less before them: 1 + floor(100 / 30.28) = 4', '1 to 4'),
  bounded('5 packets drophead', 'the one on its way, and the last 4', '1, 17 to 20'),
  {
    word: 'queue codel',
    link: 'up: rate 10mbit queue 1000 packets codel',
    tools: ['ping'],
    figures: [
      {
        what: 'dropped of 500 of 1514 bytes',
        unit: '',
        closedForm: `5 ms and 100 ms after the first, then each 100 / sqrt k ms: ${codelDrops()}`,
        bound: between(codelDrops() - 1, codelDrops() + 1, 'one that may come too late'),
      },
    ],
    measure: async (lab) => [500 - (await burst(lab, 500, [...FULL, '-W', '1'])).length],
  },
  loaded(
    'queue 200 packets',
    2,
    'Reno halves its window when that is full: from 10 + 8 * 200 * 1514 / R = 252 ms to 126 ms',
    between(95, 254, 'a quarter less, late'),
  ),
  loaded('queue 200 packets codel', 2, 'target: 10 + 5 ms', between(10, 30, 'far from a full queue')),
  loaded('queue 200 packets pie', 2, 'target: 10 + 15 ms', between(10, 30, 'far from a full queue')),
  loaded(
    'queue 200 packets fq_codel',
    1,
    'a flow of its own waits for 1 frame at most: 10 to 11.3 ms',
    between(10, 13.3, 'late'),
  ),
];
