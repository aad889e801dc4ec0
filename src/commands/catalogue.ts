import { createColors } from 'picocolors';
import { z } from 'zod';
import { PRESETS } from '../link/presets.ts';
import { builtinScenarios } from '../scenarios/index.ts';
import { builtinTransports } from '../transports/index.ts';
import type { Traits } from '../transports/transport.ts';

interface Option {
  readonly name: string;
  readonly summary: string;
  readonly default?: unknown;
}

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
}

interface Catalogue {
  /** Traits with default options; `only`: the one kind of path it is for. */
  readonly transports: readonly (Entry & { readonly traits: Traits; readonly only?: 'loopback' | 'lab' })[];
  readonly scenarios: readonly Entry[];
  readonly links: readonly { readonly words: string; readonly summary: string }[];
  readonly presets: readonly { readonly name: string; readonly summary: string }[];
}

const LINKS: Catalogue['links'] = [
  { words: 'loopback', summary: 'no lab at all: the host’s own loopback' },
  { words: 'direct', summary: 'the path through the lab, unimpaired' },
  { words: 'PRESET', summary: 'a profile by name, see below' },
  { words: 'FILE', summary: 'a file that holds a profile, lines of tc, or what tc -j qdisc show printed' },
  {
    words: 'delay TIME [JITTER [CORR]]',
    summary: 'one-way delay; jitter is uniform around it and reorders unless there is a rate or keep-order',
  },
  { words: 'distribution NAME', summary: 'of the jitter: normal, pareto, paretonormal, experimental, or a table file' },
  { words: 'keep-order', summary: 'no packet is due before one that came earlier' },
  { words: 'loss PERCENT', summary: 'independent loss' },
  { words: 'loss gemodel P [R [1-H [1-K]]]', summary: 'bursts: Gilbert-Elliott; mean loss P/(P+R), mean burst 1/R' },
  { words: 'loss state P13 [P31 [P32 [P23 [P14]]]]', summary: 'bursts: a Markov chain of four states' },
  { words: 'ecn', summary: 'marks packets that are ECN-capable instead of losing them' },
  { words: 'outage every TIME for TIME [after TIME]', summary: 'all is lost for a time, again and again' },
  { words: 'duplicate PERCENT [CORR]', summary: 'packets that come twice' },
  {
    words: 'corrupt PERCENT [CORR] [payload]',
    summary: 'one inverted bit; payload: with a checksum that is right again',
  },
  {
    words: 'reorder PERCENT [CORR] [gap N]',
    summary: 'packets that skip the delay and overtake; gap: every Nth at most',
  },
  {
    words: 'rate RATE [OVERHEAD [CELL [CELLOVERHEAD]]]',
    summary: 'bottleneck, counted over Ethernet frames; mbit are bits, mbps are bytes',
  },
  { words: 'trace FILE', summary: 'capacity over time in Mahimahi’s format, in place of a rate' },
  {
    words: 'queue N packets | N bytes | TIME',
    summary: 'bottleneck queue [one round-trip bandwidth-delay product, at least 64 packets]',
  },
  { words: 'queue ... drophead', summary: 'when it is full, the oldest packet is dropped' },
  { words: 'queue ... codel [target TIME] [interval TIME] [ecn]', summary: 'CoDel (RFC 8289)' },
  {
    words: 'queue ... fq_codel [flows N] [quantum N] ...',
    summary: 'FQ-CoDel (RFC 8290); also target, interval and noecn',
  },
  { words: 'queue ... pie [target TIME] [update TIME] [ecn]', summary: 'PIE (RFC 8033)' },
  {
    words: 'slot MIN [MAX] [packets N] [bytes N]',
    summary: 'packets leave in bunches; also slot distribution NAME DELAY JITTER',
  },
  { words: 'limit PACKETS', summary: 'netem’s meaning: everything held, the delay line included' },
  { words: 'seed N', summary: 'of this qdisc’s random numbers, whatever the trial’s is' },
  {
    words: 'tbf rate RATE burst SIZE latency TIME ...',
    summary: 'a token bucket; also limit, peakrate, mtu, mpu, overhead',
  },
  { words: 'WORDS | WORDS', summary: 'one qdisc behind the other' },
  { words: 'up: WORDS down: WORDS', summary: 'each direction by itself' },
];

export function catalogue(): Catalogue {
  return {
    transports: builtinTransports.map((transport) => ({
      name: transport.name,
      summary: transport.summary,
      traits: transport.traits(transport.options.parse({})),
      ...(transport.only ? { only: transport.only } : {}),
      options: optionsOf(transport.options),
    })),
    scenarios: builtinScenarios.map(({ name, summary, params }) => ({ name, summary, options: optionsOf(params) })),
    links: LINKS,
    presets: PRESETS.map(({ name, summary }) => ({ name, summary })),
  };
}

/** What a schema says of itself: its keys, their defaults, and the text given by `.describe()`. */
function optionsOf(schema: z.ZodType): Option[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const defaults = (schema.safeParse({}).data ?? {}) as Record<string, unknown>;
  return Object.entries(properties).map(([name, property]) => {
    const { description = '', default: written } = typeof property === 'object' ? property : {};
    // As its author wrote it, which may be a text with a unit.
    const initial = written ?? defaults[name];
    return { name, summary: description, ...(initial === undefined ? {} : { default: initial }) };
  });
}

export function describeCatalogue({ color }: { color: boolean }): string {
  const { bold, dim } = createColors(color);
  const { transports, scenarios, links, presets } = catalogue();
  const entry = ({ name, summary, options }: Entry, notes = ''): string[] => [
    `  ${bold(name)}  ${summary}${notes}`,
    ...options.map((option) => {
      const initial = option.default === undefined ? '' : dim(` [${String(option.default)}]`);
      return `      ${option.name}=  ${option.summary}${initial}`;
    }),
  ];
  const lines = (rows: readonly (readonly [string, string])[]): string[] => {
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
  };
  return [
    bold('transports'),
    ...transports.flatMap((transport) =>
      entry(transport, dim(`  (${traitsOf(transport.traits)}${transport.only ? `; on ${transport.only} only` : ''})`)),
    ),
    '',
    bold('scenarios'),
    ...scenarios.flatMap((scenario) => entry(scenario)),
    '',
    bold('links'),
    ...lines(links.map(({ words, summary }) => [words, summary])),
    '',
    `${bold('presets of links')}  ${dim('(netduel list --links: in numbers)')}`,
    ...lines(presets.map(({ name, summary }) => [name, summary])),
  ].join('\n');
}

function traitsOf(traits: Traits): string {
  const named: [boolean, string][] = [
    [traits.reliable, 'reliable'],
    [traits.ordered, 'ordered'],
    [traits.connection, 'connection'],
    [traits.congestionControl, 'congestion control'],
  ];
  return [...named.filter(([has]) => has).map(([, name]) => name), traits.framing].join(', ');
}
