import { statSync } from 'node:fs';
import { z } from 'zod';
import { pathOf } from '../../apps/file/shipped.ts';
import { refusalOf } from '../../apps/file/source.ts';
import { quantity } from '../../link/quantity.ts';
import { parseSize } from '../../link/units.ts';
import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';
import { rateParam } from '../stream/rate.ts';

const MIN_SIZE = MIN_MESSAGE_BYTES + 1;
const MAX_SIZE = 16 << 20;

const file = z.string('expected the path of a file, or picture or clip').superRefine((given, context) => {
  const path = pathOf(given);
  const message =
    refusalOf(path) ?? (statSync(path).size === 0 ? `'${given}' is empty: there is nothing to send` : undefined);
  if (message) context.addIssue({ code: 'custom', message });
});

export const fileParams = z.strictObject({
  path: file
    .default('picture')
    .describe('what to send: a path, from where netduel runs, or picture or clip, which come with netduel'),
  size: quantity(
    parseSize,
    MIN_SIZE,
    MAX_SIZE,
    `a message size from ${MIN_SIZE} (netduel's header and a byte of the file) to ${MAX_SIZE} bytes, such as 1400 or 64kb`,
  )
    .default(1400)
    .describe("bytes of a message, netduel's own header included; the last one may be shorter"),
  rate: rateParam,
});
export type FileParams = z.output<typeof fileParams>;
