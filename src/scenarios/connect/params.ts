import { z } from 'zod';
import { quantity } from '../../link/quantity.ts';
import { parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';

const MAX_MESSAGE_BYTES = 16 << 20;
const MAX_PARALLEL = 10_000;

export const connectParams = z.strictObject({
  parallel: quantity(Number, 1, MAX_PARALLEL, `a whole number from 1 to ${MAX_PARALLEL}`)
    .default(1)
    .describe('connections at once, each followed by the next'),
  size: quantity(
    parseSize,
    MIN_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    `a message size from ${MIN_MESSAGE_BYTES} (netduel's header) to ${MAX_MESSAGE_BYTES} bytes, such as 64`,
  )
    .default(64)
    .describe('bytes of the request, and of its answer'),
});
export type ConnectParams = z.output<typeof connectParams>;
