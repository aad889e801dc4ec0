import { z } from 'zod';
import { quantity, refusal } from '../../link/quantity.ts';
import { parseRate, parseTime } from '../../link/units.ts';
import { hasClip, readClip } from './clip.ts';
import { scaled, synthetic, type Trace } from './trace.ts';

const FPS = 30;
const BITRATE = 2e6;
const KEYS = 60;
const FACTOR = 6;

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: ({ input }) => refusal(input, `one of ${values.join(', ')}`) });

/** What only a synthetic clip has a choice of. */
const OF_SYNTHETIC = ['fps', 'keys', 'factor'] as const;

export const playoutParams = z
  .strictObject({
    clip: oneOf(['real', 'synthetic'])
      .default(() => (hasClip() ? 'real' : 'synthetic'))
      .describe('real: frame sizes of the clip that comes with netduel; synthetic: see fps, bitrate, keys, factor'),
    bitrate: quantity(parseRate, 8_000, 1e10, 'a rate from 8kbit to 10gbit such as 2mbit')
      .optional()
      .describe("bits per second of the clip [the real clip's own; synthetic: 2mbit]"),
    fps: quantity(Number, 1, 1000, 'a whole number from 1 to 1000')
      .optional()
      .describe(`clip=synthetic: frames per second [${FPS}]`),
    keys: quantity(Number, 1, 10_000, 'a whole number from 1 to 10000')
      .optional()
      .describe(`clip=synthetic: frames from one key frame to the next [${KEYS}]`),
    factor: quantity(Number, 1, 100, 'a whole number from 1 to 100')
      .optional()
      .describe(`clip=synthetic: size of a key frame, in those of another [${FACTOR}]`),
    buffer: z
      .unknown()
      // A bare number would be nanoseconds, which nobody means.
      .transform((given) => (typeof given === 'number' && given > 0 ? `${given}` : given))
      .pipe(quantity(parseTime, 0, 60e9, 'a time up to 60s with its unit, such as 200ms'))
      .prefault('200ms')
      .describe('depth of the jitter buffer: playing begins so long after the first frame came'),
    policy: oneOf(['auto', 'wait', 'skip'])
      .default('auto')
      .describe(
        'wait: stop until a missing frame comes; skip: go on without it; auto: wait where all arrives in order, else skip',
      ),
    direction: oneOf(['up', 'down']).default('up').describe('up: client to server; down: server to client'),
  })
  .superRefine((given, context) => {
    const idle = given.clip === 'real' ? OF_SYNTHETIC.find((name) => given[name] !== undefined) : undefined;
    if (idle) {
      const message = `'${given[idle]}' is not accepted: expected clip=synthetic beside it; the real clip has its own`;
      context.addIssue({ code: 'custom', path: [idle], message });
    }
  });
export type PlayoutParams = z.output<typeof playoutParams>;

export function traceOf({ clip, bitrate, fps = FPS, keys = KEYS, factor = FACTOR }: PlayoutParams): Trace {
  if (clip === 'synthetic') return synthetic({ fps, bitsPerSecond: bitrate ?? BITRATE, keys, factor });
  return bitrate === undefined ? readClip() : scaled(readClip(), bitrate);
}
