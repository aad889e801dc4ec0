import { z } from 'zod';
import { quantity, refusal } from '../../link/quantity.ts';
import { parseRate, parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';

const MAX_MESSAGE_BYTES = 16 << 20;

const bits = quantity(parseRate, 8, 1e13, "'auto', 'max', or a rate of at least 8bit such as 20mbit");

type Rate = 'auto' | 'max' | number;

// Not a union, which would answer 'Invalid input' instead of what is accepted.
const rate = z.unknown().transform((given, context): Rate => {
  if (given === 'auto' || given === 'max') return given;
  const result = bits.safeParse(given);
  if (result.success) return result.data;
  context.addIssue({ code: 'custom', message: result.error.issues[0]?.message ?? '' });
  return z.NEVER;
});

export const streamParams = z.strictObject({
  size: quantity(
    parseSize,
    MIN_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    `a message size from ${MIN_MESSAGE_BYTES} (netduel's header) to ${MAX_MESSAGE_BYTES} bytes, such as 1400 or 64kb`,
  )
    .default(1400)
    .describe("bytes of payload in a message, netduel's own header included"),
  rate: rate
    .default('auto')
    .describe("payload bits per second, or max, or auto: max with congestion control, 95 % of the link's rate without"),
  direction: z
    .enum(['up', 'down'], { error: ({ input }) => refusal(input, "'up' (client to server) or 'down'") })
    .default('up')
    .describe('up: client to server; down: server to client'),
  bytes: quantity(parseSize, 1, 2 ** 50, 'a number of bytes such as 10mb')
    .optional()
    .describe('send this much payload and measure how long it takes, instead of sending for a while'),
});
export type StreamParams = z.output<typeof streamParams>;
