import { createColors } from 'picocolors';
import { z } from 'zod';
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
  readonly transports: readonly (Entry & { readonly traits: Traits })[];
  readonly scenarios: readonly Entry[];
  readonly links: readonly { readonly words: string; readonly summary: string }[];
}

const LINKS: Catalogue['links'] = [
  { words: 'loopback', summary: 'no lab at all: the host’s own loopback' },
  { words: 'direct', summary: 'the path through the lab, unimpaired' },
  {
    words: 'delay TIME [JITTER]',
    summary: 'one-way delay; jitter is uniform around it and reorders unless there is a rate',
  },
  { words: 'loss PERCENT', summary: 'independent loss' },
  { words: 'loss gemodel P [R [1-H [1-K]]]', summary: 'bursts: Gilbert-Elliott; mean loss P/(P+R), mean burst 1/R' },
  { words: 'rate RATE', summary: 'bottleneck, counted over Ethernet frames; mbit are bits, mbps are bytes' },
  { words: 'queue N packets', summary: 'bottleneck queue [one round-trip bandwidth-delay product, at least 64]' },
  { words: 'limit PACKETS', summary: 'netem’s meaning: everything held, the delay line included' },
  { words: 'up: WORDS down: WORDS', summary: 'each direction by itself' },
];

export function catalogue(): Catalogue {
  return {
    transports: builtinTransports.map(({ name, summary, traits, options }) => ({
      name,
      summary,
      traits,
      options: optionsOf(options),
    })),
    scenarios: builtinScenarios.map(({ name, summary, params }) => ({ name, summary, options: optionsOf(params) })),
    links: LINKS,
  };
}

/** What a schema says of itself: its keys, their defaults, and the text given by `.describe()`. */
function optionsOf(schema: z.ZodType): Option[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const defaults = (schema.safeParse({}).data ?? {}) as Record<string, unknown>;
  return Object.entries(properties).map(([name, property]) => {
    const { description = '' } = typeof property === 'object' ? property : {};
    return { name, summary: description, ...(defaults[name] === undefined ? {} : { default: defaults[name] }) };
  });
}

export function describeCatalogue({ color }: { color: boolean }): string {
  const { bold, dim } = createColors(color);
  const { transports, scenarios, links } = catalogue();
  const entry = ({ name, summary, options }: Entry, notes = ''): string[] => [
    `  ${bold(name)}  ${summary}${notes}`,
    ...options.map((option) => {
      const initial = option.default === undefined ? '' : dim(` [${String(option.default)}]`);
      return `      ${option.name}=  ${option.summary}${initial}`;
    }),
  ];
  const width = Math.max(...links.map(({ words }) => words.length));
  return [
    bold('transports'),
    ...transports.flatMap((transport) => entry(transport, dim(`  (${traitsOf(transport.traits)})`))),
    '',
    bold('scenarios'),
    ...scenarios.flatMap((scenario) => entry(scenario)),
    '',
    bold('links'),
    ...links.map(({ words, summary }) => `  ${words.padEnd(width)}  ${summary}`),
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
