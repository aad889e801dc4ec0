import { z } from 'zod';
import { quantity, refusal } from '../../link/quantity.ts';
import { parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';

const MAX_MESSAGE_BYTES = 16 << 20;
const MAX_RATE = 1e6;
const RATE = `'closed', or requests per second from 0.01 to ${MAX_RATE} such as 100`;
const LOAD = "'none', 'up' (client to server), 'down' or 'both'";

// Not a union, which would answer 'Invalid input' instead of what is accepted.
const rate = z.unknown().transform((given, context): 'closed' | number => {
  if (given === 'closed') return given;
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value === 'number' && value >= 0.01 && value <= MAX_RATE) return value;
  context.addIssue({ code: 'custom', message: refusal(given, RATE) });
  return z.NEVER;
});

export const pingParams = z.strictObject({
  size: quantity(
    parseSize,
    MIN_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    `a message size from ${MIN_MESSAGE_BYTES} (netduel's header) to ${MAX_MESSAGE_BYTES} bytes, such as 64`,
  )
    .default(64)
    .describe('bytes of a request, and of its answer'),
  rate: rate
    .default('closed')
    .describe(
      'closed: the next request when the last was answered; a number: so many requests per second, come what may',
    ),
  load: z
    .enum(['none', 'up', 'down', 'both'], { error: ({ input }) => refusal(input, LOAD) })
    .default('none')
    .describe('a bulk flow beside it, on a connection of its own: up is client to server'),
});
export type PingParams = z.output<typeof pingParams>;
