import { z } from 'zod';
import { quantity, refusal } from '../../link/quantity.ts';
import { parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';
import { rateParam } from './rate.ts';

const MAX_MESSAGE_BYTES = 16 << 20;

export const streamParams = z.strictObject({
  size: quantity(
    parseSize,
    MIN_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    `a message size from ${MIN_MESSAGE_BYTES} (netduel's header) to ${MAX_MESSAGE_BYTES} bytes, such as 1400 or 64kb`,
  )
    .default(1400)
    .describe("bytes of payload in a message, netduel's own header included"),
  rate: rateParam,
  direction: z
    .enum(['up', 'down'], { error: ({ input }) => refusal(input, "'up' (client to server) or 'down'") })
    .default('up')
    .describe('up: client to server; down: server to client'),
  bytes: quantity(parseSize, 1, 2 ** 50, 'a number of bytes such as 10mb')
    .optional()
    .describe('send this much payload and measure how long it takes, instead of sending for a while'),
});
export type StreamParams = z.output<typeof streamParams>;
