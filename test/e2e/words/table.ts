import { DELAY } from './cases/delay.ts';
import { FATE } from './cases/fate.ts';
import { LOSS } from './cases/loss.ts';
import { OUTAGE } from './cases/outage.ts';
import { QUEUE } from './cases/queue.ts';
import { RATE } from './cases/rate.ts';
import { TRACE } from './cases/trace.ts';
import type { WordCase } from './word-case.ts';

/** What docs/netem-words.md shows, in its order. */
export const WORDS: readonly WordCase[] = [...DELAY, ...LOSS, ...FATE, ...RATE, ...QUEUE, ...OUTAGE, ...TRACE];
