import { readFileSync } from 'node:fs';
import { median } from '../../../../src/stats/quantile.ts';
import { between, lateAtBothEnds } from '../bound.ts';
import { irtt, type Trip } from '../irtt.ts';
import { burst, FULL, times } from '../ping.ts';
import { arrivals, type Frame } from '../tcpdump.ts';
import { NOBODY, sending } from '../traffic.ts';
import type { WordCase } from '../word-case.ts';

const STEPS = [5, 5, 20, 50, 100, 105, 105, 120];
/** 52 Mbit/s, more than the trace ever carries. */
const TRAFFIC = { out: 'e1', to: NOBODY, count: 7040, bytes: 1514, batch: 64, gapMs: 15 } as const;
const WINDOW_MS = 2000;
const OPPORTUNITY_BYTES = 1504;

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

/** Bytes that came in a window that begins with the first frame, over those that the trace had opportunities for, counted from there. */
function used(frames: readonly Frame[], delayMs: number): number {
  const trace = readFileSync(new URL('../../../../traces/lte-down.trace', import.meta.url), 'utf8').trim().split('\n');
  const ahead = trace.map(Number).filter((ms) => ms > delayMs);
  const offered = ahead.filter((ms) => ms <= ahead[0] + WINDOW_MS).length;
  const until = frames[0].ns + BigInt(WINDOW_MS * 1e6);
  // IP and 4 bytes more, as Mahimahi counts.
  const carried = frames.filter(({ ns }) => ns <= until).reduce((sum, { data }) => sum + data.length - 10, 0);
  return carried / (offered * OPPORTUNITY_BYTES);
}

/** What a link does at certain times. */
export const TIME: readonly WordCase[] = [
  {
    word: 'outage',
    link: 'up: outage every 200ms for 50ms after 100ms',
    tools: ['irtt'],
    figures: [
      { what: 'median time from one to the next', unit: 'ms', closedForm: '200 ms', bound: between(195, 205, '2 datagrams, late') },
      {
        what: 'median time from the first lost to the last',
        unit: 'ms',
        closedForm: '50 ms',
        bound: between(44, 52, '2 datagrams, late'),
      },
    ],
    measure: async (lab) => {
      const found = silences(await irtt(lab, 1000));
      const begin = found.map(({ from }) => from);
      return [median(begin.slice(1).map((from, i) => from - begin[i])), median(found.map(({ from, to }) => to - from))];
    },
  },
  {
    word: 'trace',
    link: 'up: trace test/e2e/words/steps.trace',
    tools: ['ping'],
    figures: [
      {
        what: 'median of the answers to 8, less their times',
        unit: 'ms',
        closedForm: `after ${STEPS.join(', ')} ms`,
        bound: lateAtBothEnds(0),
      },
    ],
    measure: async (lab) => {
      const ms = times(await burst(lab, STEPS.length, FULL));
      return [median(STEPS.map((due, i) => ms[i] - due))];
    },
  },
  {
    word: 'trace, under load',
    link: 'lte-trace',
    tools: ['tcpdump'],
    figures: [
      {
        what: 'capacity used in 2 s',
        unit: '%',
        closedForm: '1,504 bytes an opportunity: 100 %',
        bound: between(99, 101, '1 %'),
      },
    ],
    measure: (lab) =>
      arrivals(
        lab,
        'client',
        () => lab.run('server', sending(TRAFFIC)),
        (frames) => [100 * used(frames, 35)],
      ),
  },
];
