import { z } from 'zod';
import { quantity } from '../../link/quantity.ts';
import { parseRate } from '../../link/units.ts';
import type { DataDirection, HalfContext } from '../scenario.ts';

/** Share of the link's capacity that a transport without congestion control is given by `rate=auto`. */
const AUTO_SHARE = 0.95;

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

/** How fast a sender is to send. */
export const rateParam = rate
  .default('auto')
  .describe("payload bits per second, or max, or auto: max with congestion control, 95 % of the link's rate without");

/** Bits of payload per second that messages of this size are to be sent at; undefined: as many as the transport takes. */
export function intendedBps(
  { traits, path }: Pick<HalfContext<unknown>, 'traits' | 'path'>,
  rate: Rate,
  direction: DataDirection,
  messageBytes: number,
): number | undefined {
  if (rate === 'max') return undefined;
  if (rate !== 'auto') return rate;
  const capacity = path.payloadCapacity(direction, messageBytes);
  return traits.congestionControl || capacity === undefined ? undefined : AUTO_SHARE * capacity;
}
