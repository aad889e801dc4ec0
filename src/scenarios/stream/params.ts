import { z } from 'zod';
import { parseRate, parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';

const MAX_MESSAGE_BYTES = 16 << 20;

/** A number, or text in tc's units, within a range; the message says what is accepted. */
const quantity = (parse: (text: string) => number, min: number, max: number, accepted: string) =>
  z.union([z.number(), z.string()]).transform((given, context) => {
    const value = typeof given === 'number' ? given : attempt(parse, given);
    if (value !== undefined && value >= min && value <= max) return value;
    context.addIssue({ code: 'custom', message: `'${given}' is not accepted: expected ${accepted}` });
    return z.NEVER;
  });

function attempt(parse: (text: string) => number, text: string): number | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

const rate = quantity(parseRate, 8, 1e13, "'auto', 'max', or a rate of at least 8bit such as 20mbit");

export const streamParams = z.strictObject({
  size: quantity(
    parseSize,
    MIN_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    `a message size from ${MIN_MESSAGE_BYTES} (netduel's header) to ${MAX_MESSAGE_BYTES} bytes, such as 1400 or 64kb`,
  )
    .default(1400)
    .describe("bytes of payload in a message, netduel's own header included"),
  rate: z
    .union([z.literal('auto'), z.literal('max'), rate])
    .default('auto')
    .describe("payload bits per second, or max, or auto: max with congestion control, 95 % of the link's rate without"),
  direction: z
    .enum(['up', 'down'], "expected 'up' (client to server) or 'down'")
    .default('up')
    .describe('up: client to server; down: server to client'),
  bytes: quantity(parseSize, 1, 2 ** 50, 'a number of bytes such as 10mb')
    .optional()
    .describe('send this much payload and measure how long it takes, instead of sending for a while'),
});
export type StreamParams = z.output<typeof streamParams>;
