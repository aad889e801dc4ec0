import { z } from 'zod';

/** The counters of all interfaces at one time, as they were read. */
export interface Counters {
  /** /proc/net/dev, proc_pid_net(5). */
  readonly interfaces: string;
  /** `tc -s -j qdisc show`. */
  readonly qdiscs: string;
}

const count = z.number().int().nonnegative();

/** What tc(8) tells of one qdisc. What a qdisc drops is counted by those before it in the chain too. */
const qdiscSchema = z.object({
  handle: z.string(),
  /** Delivered, as are the bytes. */
  packets: count,
  bytes: count,
  drops: count,
  /** By netem: packets that overtook others by `reorder`. */
  requeues: count,
  /** Held, those of the qdiscs behind it included; packets and bytes. */
  qlen: count,
  backlog: count,
  // Since 2026 counted apart; a 0 is left out.
  corrupted: count.optional(),
  ecn_marked: count.optional(),
});
export type QdiscCounters = z.infer<typeof qdiscSchema>;

const shownSchema = z.array(z.object({ dev: z.string() }).loose());

/** Reads `tc -s -j qdisc show`: the qdiscs of an interface, whose handles are 1:, 2: and so on from the root; in that order. */
export function parseQdiscs(json: string, dev: string): readonly QdiscCounters[] {
  const number = ({ handle }: QdiscCounters): number => Number.parseInt(handle, 16);
  const shown = shownSchema.parse(JSON.parse(json)).filter((qdisc) => qdisc.dev === dev);
  return z
    .array(qdiscSchema)
    .nonempty(`tc shows no qdisc of '${dev}'`)
    .parse(shown)
    .sort((a, b) => number(a) - number(b));
}

/** Packets and bytes (whole Ethernet frames) that came in through an interface. */
export interface Received {
  readonly packets: number;
  readonly bytes: number;
}

/** Reads an interface's line of /proc/net/dev. */
export function parseReceived(text: string, dev: string): Received {
  const line = text.split('\n').find((each) => each.trimStart().startsWith(`${dev}:`));
  if (line === undefined) throw new Error(`/proc/net/dev has no interface '${dev}'`);
  const [bytes, packets] = line
    .slice(line.indexOf(':') + 1)
    .trim()
    .split(/\s+/)
    .map(Number);
  return { packets, bytes };
}
