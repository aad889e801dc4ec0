import { z } from 'zod';
import { POLICIES, RULES } from '../../apps/chat/rules.ts';
import { quantity, refusal } from '../../link/quantity.ts';
import { sizeParam } from './sizes.ts';

export const MAX_CLIENTS = 5000;

const whole = (least: number, most: number) =>
  quantity(Number, least, most, `a whole number from ${least} to ${most.toLocaleString('en')}`);

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: ({ input }) => refusal(input, words.map((word) => `'${word}'`).join(' or ')) });

const rate = z
  .number({ error: ({ input }) => refusal(input, 'messages per second from 0.001 to 10000') })
  .min(0.001, { error: ({ input }) => refusal(input, 'messages per second from 0.001 to 10000') })
  .max(10_000, { error: ({ input }) => refusal(input, 'messages per second from 0.001 to 10000') });

export const chatParams = z.strictObject({
  clients: whole(1, MAX_CLIENTS).default(20).describe('clients, all in the process at the client’s end'),
  room: whole(1, MAX_CLIENTS).default(10).describe('members of a room at most; the rooms are as equal as can be'),
  rate: rate.default(1).describe('messages per second and client'),
  arrivals: oneOf(['poisson', 'constant']).default('poisson').describe('when: at random, or evenly spaced'),
  size: sizeParam
    .default('100')
    .describe('bytes of text: a number, a range such as 60-300, or lognormal:MEDIAN:SIGMA[:MOST]'),
  queue: whole(1, 1_000_000)
    .default(RULES.queue)
    .describe('messages that a reader may be behind its room at the server, beside what its transport holds'),
  policy: oneOf(POLICIES).default(RULES.policy).describe('what becomes of a reader that is further behind'),
});
export type ChatParams = z.output<typeof chatParams>;
