import { z } from 'zod';
import { quantity, refusal } from '../../link/quantity.ts';
import { parseRate, parseSize, parseTime } from '../../link/units.ts';
import { congestionNames } from './congestion/index.ts';
import { type Fec, MODES } from './wire/parameters.ts';

const MAX_MTU = 65_535;
/** A UDP payload of 1200 bytes, the least that version 1 works with, over IPv6. */
const MIN_MTU = 1248;
const DEADLINE_NS = 100e6;

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: ({ input }) => refusal(input, `one of ${values.join(', ')}`) });

const flag = z.union([z.boolean(), z.stringbool()], 'expected true or false');

const time = (min: string, max: string): z.ZodType<number, unknown> =>
  quantity(parseTime, parseTime(min), parseTime(max), `a time from ${min} to ${max}, with its unit`);

/** Text such as 10+3, which the record keeps as it is. */
const fecText = z.unknown().transform((given, context): string => {
  const text = String(given);
  if (parseFec(text)) return text;
  context.addIssue({
    code: 'custom',
    message: refusal(given, 'k+r such as 10+3: r repair packets for every k packets, at most 255 together'),
  });
  return z.NEVER;
});

export function parseFec(text: string): Fec | undefined {
  const match = /^(\d{1,3})\+(\d{1,3})$/.exec(text);
  const [k, r] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  return k >= 1 && r >= 1 && k + r <= 255 ? { k, r } : undefined;
}

export const rudpOptions = z
  .strictObject({
    mode: oneOf(MODES)
      .default('ordered')
      .describe(
        'ordered: everything, in order; unordered: everything, as it comes; sequenced: the newest only, nothing twice; deadline: again while it can still be in time',
      ),
    deadline: time('1ms', '60s')
      .optional()
      .describe('mode=deadline: how long after its sending a message is of use [100ms]'),
    cc: oneOf(congestionNames)
      .default('bbr')
      .describe(`congestion control: ${congestionNames.join(', ')}; fixed needs rate=, none is for the lab only`),
    rate: quantity(parseRate, 8_000, 1e12, 'a rate from 8kbit to 1tbit such as 50mbit')
      .optional()
      .describe('cc=fixed: bits per second of packets, whatever is lost'),
    window: quantity(parseSize, 65_536, 2 ** 30, 'a size from 64kb to 1gb such as 64mb')
      .prefault('64mb')
      .describe('data that the other end may have under way at most; it starts smaller and grows with need'),
    mtu: quantity(
      parseSize,
      MIN_MTU,
      MAX_MTU,
      `a packet size from ${MIN_MTU} (a UDP payload of 1200, over IPv6) to ${MAX_MTU} bytes`,
    )
      .default(1500)
      .describe('largest IP packet to try; what the path really takes is probed'),
    iw: quantity(Number, 1, 1000, 'a number of packets from 1 to 1000')
      .default(32)
      .describe('packets of the first window, paced over the round trip of the handshake; RFC 9002 says 10'),
    checksum: flag.default(false).describe('a CRC-32 on every packet, where the path corrupts what UDP cannot see'),
    fec: fecText.optional().describe('mode=deadline: k+r, r repair packets after every k packets of data'),
    idle: time('1s', '600s').prefault('30s').describe('the connection is lost when nothing is heard for so long'),
    keepalive: time('1s', '600s').prefault('10s').describe('a packet is sent at least so often'),
  })
  .superRefine(({ cc, rate, mode, deadline, fec }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (cc === 'fixed' && rate === undefined) refuse('rate', 'cc=fixed needs a rate, such as rate=50mbit');
    if (cc !== 'fixed' && rate !== undefined) refuse('rate', `a rate is for cc=fixed, not for cc=${cc}`);
    if (deadline !== undefined && mode !== 'deadline')
      refuse('deadline', `a deadline is for mode=deadline, not for mode=${mode}`);
    if (fec && mode !== 'deadline') refuse('fec', `repair packets are for mode=deadline, not for mode=${mode}`);
  });
export type RudpOptions = z.output<typeof rudpOptions>;

/** How long after its sending a message may be sent again, in ns. */
export const deadlineOf = ({ deadline = DEADLINE_NS }: RudpOptions): number => deadline;
