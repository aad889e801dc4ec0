import { readFileSync } from 'node:fs';
import { between, lateAtBothEnds } from '../bound.ts';
import { arrivals, type Frame } from '../dumpcap.ts';
import { burst, FULL, spaced, times } from '../ping.ts';
import { steps } from '../statistics.ts';
import { NOBODY, send } from '../traffic.ts';
import type { WordCase } from '../word-case.ts';

/** 1504 bytes after 5, 5, 20, 50 and 100 ms, and so on from there. */
const STEPS = 'up: trace test/e2e/words/steps.trace';
const OPPORTUNITY_BYTES = 1504;
/** From a frame to what Mahimahi counts: no Ethernet header, and 4 bytes of its tunnel. */
const COUNTED = -14 + 4;
/** 52 Mbit/s, more than the trace ever carries. */
const TRAFFIC = { out: 'e1', to: NOBODY, count: 7040, bytes: 1514, batch: 64, gapMs: 15 } as const;
const WINDOW_MS = 2000;

/** Bytes that came in a window that begins with the first frame, over those that the trace had opportunities for, counted from there. */
function used(frames: readonly Frame[], delayMs: number): number {
  const trace = readFileSync(new URL('../../../../traces/lte-down.trace', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const ahead = trace.map(Number).filter((ms) => ms > delayMs);
  const offered = ahead.filter((ms) => ms <= ahead[0] + WINDOW_MS).length;
  const until = frames[0].ns + BigInt(WINDOW_MS * 1e6);
  const carried = frames.filter(({ ns }) => ns <= until).reduce((sum, { data }) => sum + data.length + COUNTED, 0);
  return carried / (offered * OPPORTUNITY_BYTES);
}

/** When the answers to a burst come, to the nearest 5 ms; `size`: as ping has it. */
const answers = (count: number, size: number, closedForm: string, exactly: string): WordCase => ({
  word: 'trace',
  link: STEPS,
  tools: ['ping'],
  figures: [{ what: `answers to ${count} of ${size + 42} bytes, to 5 ms`, closedForm, exactly }],
  measure: async (lab) => {
    const ms = times(await burst(lab, count, ['-s', `${size}`]));
    return [ms.map((each) => 5 * Math.round(each / 5)).join(' ')];
  },
});

export const TRACE: readonly WordCase[] = [
  answers(8, 1472, '1 at each of 5 5 20 50 100, then anew', '5 5 20 50 100 105 105 120'),
  answers(10, 344, '4 of 376 share 1504 bytes', '5 5 5 5 5 5 5 5 20 20'),
  answers(5, 1096, 'of 1128 each; what is left goes next', '5 5 20 20 50'),
  {
    word: 'trace',
    link: STEPS,
    tools: ['ping'],
    figures: [
      {
        what: 'from an answer to that to a request 60 ms after',
        unit: 'ms',
        closedForm: 'what nobody used at 20 and 50 is gone: 100 - 5 ms',
        bound: lateAtBothEnds(95),
      },
    ],
    measure: async (lab) => steps((await spaced(lab, 2, ['-i', '0.06', ...FULL])).map(({ atMs }) => atMs)),
  },
  {
    word: 'trace, under load',
    link: 'lte-trace',
    tools: ['dumpcap'],
    figures: [
      {
        what: 'capacity used in 2 s',
        unit: '%',
        closedForm: '1504 bytes an opportunity: 100 %',
        bound: between(99, 101, '1 %'),
      },
    ],
    measure: (lab) =>
      arrivals(
        lab,
        'client',
        () => send(lab, TRAFFIC),
        (frames) => [100 * used(frames, 35)],
      ),
  },
];
