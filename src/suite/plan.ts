import { z } from 'zod';
import { ETHERNET_HEADER_BYTES, ipHeaderBytes, LOOPBACK_MTU } from '../io/headers.ts';
import type { IoChoice } from '../io/index.ts';
import { MTU as LAB_MTU, SERVER } from '../lab/addresses.ts';
import { effectiveProfile, maxHoldingNs, pathDelayNs } from '../link/effective.ts';
import { formatProfile } from '../link/format.ts';
import type { Profile } from '../link/profile.ts';
import { UserError } from '../record/errors.ts';
import type { Case, Settings } from '../record/schema.ts';
import { carrierOf } from '../scenarios/index.ts';
import type { Scenario, Plan as ScenarioPlan } from '../scenarios/scenario.ts';
import { seeded } from '../stats/xoshiro.ts';
import type { Traits, Transport } from '../transports/transport.ts';
import type { SuiteRequest } from './request.ts';

/** Why a case is not run, and a way out. */
export interface Unsupported {
  readonly reason: string;
  readonly remedy: string;
}

/** A case with everything that running it takes. */
export interface PlannedCase {
  readonly record: Case;
  readonly transport: Transport;
  readonly options: Record<string, unknown>;
  /** Of the transport with these options. */
  readonly traits: Traits;
  readonly scenario: Scenario;
  readonly params: Record<string, unknown>;
  readonly plan: ScenarioPlan;
  /** Absent for loopback. */
  readonly profile?: Profile;
  readonly mtu: number;
  /** Bytes that its largest message takes on the wire, Ethernet headers included. */
  readonly wireBytes: number;
  /** Of its largest packets on the wire: a stream fills them, a datagram takes what it needs. */
  readonly packetBytes: number;
  /** Longest time that a packet and an answer to it can stay inside the link. */
  readonly holdingNs: number;
  readonly roundTripNs: number;
  /** Why no trial of it can be run, on whatever machine. */
  readonly unsupported?: Unsupported;
}

export interface PlannedTrial {
  readonly case: number;
  readonly trial: number;
  readonly seed: number;
}

export interface SuitePlan {
  readonly cases: readonly PlannedCase[];
  /** In the order in which they are to be run. */
  readonly trials: readonly PlannedTrial[];
}

type Asked<K extends 'transports' | 'scenarios' | 'links'> = SuiteRequest[K][number];
export type AskedLink = Asked<'links'>;
export type AskedTransport = Asked<'transports'>;

/** A workload over a link: what transports are put to. */
export interface Pair {
  readonly scenario: Asked<'scenarios'>;
  readonly link: AskedLink;
  /** Absent: all of the request. */
  readonly transports?: SuiteRequest['transports'];
  /** Length of the window; absent: that of the request. */
  readonly seconds?: number;
}

/** Every scenario over every link. */
const everyPair = ({ scenarios, links }: SuiteRequest): Pair[] =>
  links.flatMap((link) => scenarios.map((scenario) => ({ scenario, link })));

/**
 * Every transport with every pair: with all that the request's scenarios and links make, or with those of them that are given.
 * @throws UserError for options or parameters that are not accepted
 */
export function planSuite(request: SuiteRequest, pairs: readonly Pair[] = everyPair(request)): SuitePlan {
  const cases = pairs.flatMap(({ scenario, link, transports = request.transports, seconds = request.seconds }) =>
    transports.map((transport) => planCase(transport, scenario, link, { ...request, seconds })),
  );
  return { cases, trials: interleave(cases.length, request) };
}

export function planCase(
  t: AskedTransport,
  s: Asked<'scenarios'>,
  link: AskedLink,
  request: Pick<SuiteRequest, 'seconds' | 'timeoutSeconds'>,
): PlannedCase {
  const options = check(`transport '${t.label}'`, t.transport, 'options', t.options);
  const params = check(`scenario '${s.label}'`, s.scenario, 'params', s.params);
  const carrier = carrierOf(s.scenario, t.transport);
  const traits = carrier.traits(options);
  const plan = s.scenario.plan(params, { seconds: request.seconds, timeoutSeconds: request.timeoutSeconds });
  const profile = link.profile && effectiveProfile(link.profile);
  const mtu = profile ? LAB_MTU : LOOPBACK_MTU;
  const largest = carrier.maxMessageBytes(mtu, ipHeaderBytes(SERVER.v4), options);
  if (plan.messageBytes > largest) {
    throw new UserError(
      `scenario '${s.label}': messages of ${plan.messageBytes} bytes are above the limit of ${largest} bytes of transport ` +
        `'${t.label}' on link '${link.label}' (MTU ${mtu}); use size=${largest} or less${options['fragment'] === false ? `, or let IP fragment: '${t.transport.name} fragment=true'` : ''}`,
    );
  }
  const unsupported = misplaced(t, link) ?? unmet(t.label, traits, s.scenario);
  const wireBytes = carrier.wireBytes(plan.messageBytes, mtu, ipHeaderBytes(SERVER.v4), options);
  const frame = mtu + ETHERNET_HEADER_BYTES;
  return {
    record: {
      transport: { label: t.label, name: t.transport.name, options: plain(options) },
      scenario: { label: s.label, name: s.scenario.name, params: plain(params) },
      link: { label: link.label, profile: profile ? formatProfile(profile) : '' },
    },
    transport: t.transport,
    options,
    traits,
    scenario: s.scenario,
    params,
    plan,
    mtu,
    wireBytes,
    packetBytes: traits.framing === 'datagram' ? Math.min(frame, wireBytes) : frame,
    holdingNs: profile ? maxHoldingNs(profile.up) + maxHoldingNs(profile.down) : 0,
    roundTripNs: profile ? pathDelayNs(profile.up) + pathDelayNs(profile.down) : 0,
    ...(profile ? { profile } : {}),
    ...(unsupported ? { unsupported } : {}),
  };
}

function check<K extends 'options' | 'params'>(
  what: string,
  owner: Record<K, Transport['options']>,
  key: K,
  given: Settings,
): Record<string, unknown> {
  const result = owner[key].safeParse(given);
  if (result.success) return result.data;
  throw new UserError(`${what}: ${refusal(result.error.issues[0], owner[key], given)}`);
}

/** Names the key, its value and what is accepted, as far as the schema says. */
function refusal(issue: z.core.$ZodIssue | undefined, schema: z.ZodType, given: Settings): string {
  if (issue?.code === 'unrecognized_keys') {
    const accepted = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const known = accepted.length > 0 ? `accepted are ${accepted.join(', ')}` : 'it takes none';
    return `there is no '${issue.keys.join("', '")}'; ${known}`;
  }
  const at = issue?.path.join('.');
  if (!issue || !at) return issue?.message ?? 'is not accepted';
  // Of the alternatives of a union, the one that explains itself.
  const alternatives = issue.code === 'invalid_union' ? issue.errors.flat() : [];
  const message = alternatives.find(({ code }) => code === 'custom')?.message ?? issue.message;
  // Nothing was given that could be refused, or the message names it.
  const said = given[at] === undefined || message.includes(`'${given[at]}'`);
  return `${at}: ${said ? '' : `'${given[at]}' is not accepted: `}${message}`;
}

const plain = (values: Record<string, unknown>): Settings =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  );

function misplaced(
  { label, transport: { only } }: Asked<'transports'>,
  { profile }: AskedLink,
): Unsupported | undefined {
  if (only === 'loopback' && profile) {
    return {
      reason: `${label} knows no network: both of its ends share one host, and there is no path between them to impair`,
      remedy: 'use --link loopback for it',
    };
  }
  if (only === 'lab' && !profile) {
    return {
      reason: `${label} is for the lab only: elsewhere its packets would be everybody's on this host`,
      remedy: "use --link direct, or any other link; 'netduel doctor' says whether a lab can be made",
    };
  }
  return undefined;
}

/** Why a case cannot be run with the `Io` that a run has. */
export function wrongIo({ record, transport }: PlannedCase, io: IoChoice): Unsupported | undefined {
  if (transport.io === undefined || transport.io === io.name) return undefined;
  return {
    reason: `${record.transport.label} needs sockets that io ${io.name} does not have${io.reason ? `; ${io.reason}` : ''}`,
    remedy: `use --io ${transport.io}, on 64-bit Linux with the koffi package in working order (npm ci)`,
  };
}

/** What a transport lacks, in words; by name and value where there are none. */
const LACKS: Partial<Record<keyof Traits, string>> = {
  connection: 'there is no connection to set up',
  reliable: 'what is lost stays lost',
  ordered: 'messages may overtake each other',
  congestionControl: 'it does not find a rate by itself',
};

function unmet(transport: string, traits: Traits, scenario: Scenario): Unsupported | undefined {
  for (const [trait, needed] of Object.entries(scenario.needs ?? {})) {
    const has = traits[trait as keyof Traits];
    if (has !== needed) {
      const lack = needed === true ? LACKS[trait as keyof Traits] : undefined;
      return {
        reason: lack
          ? `scenario ${scenario.name} does not fit ${transport}: ${lack}`
          : `scenario ${scenario.name} needs a transport with ${trait} = ${needed}, ${transport} has ${has}`,
        remedy: 'choose another transport for this scenario; `netduel list` shows the traits',
      };
    }
  }
  return undefined;
}

/**
 * Complete randomised blocks: every round runs each case once, in an order of its own, so that drift of the machine falls
 * on all cases alike. Within a round, all transports meet the same seed of the link.
 */
function interleave(cases: number, { trials, seed }: SuiteRequest): PlannedTrial[] {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  return Array.from({ length: trials }, (_, round) => {
    const linkSeed = below(2 ** 32);
    const order = Array.from({ length: cases }, (_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order.map((index) => ({ case: index, trial: round + 1, seed: linkSeed }));
  }).flat();
}
