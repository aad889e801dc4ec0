import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseProfile } from '../../src/link/parse.ts';
import { UserError } from '../../src/record/errors.ts';
import { builtinScenarios } from '../../src/scenarios/index.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { planSuite, wrongIo } from '../../src/suite/plan.ts';
import type { SuiteRequest } from '../../src/suite/request.ts';
import type { Traits, Transport } from '../../src/transports/transport.ts';

const [stream] = builtinScenarios;
if (!stream) throw new Error('there is no scenario');

/** A transport that is only planned with. */
function transport(name: string, traits: Partial<Traits> = {}, limit = 1 << 20): Transport {
  const never = (): never => {
    throw new Error('planning opens nothing');
  };
  return {
    name,
    summary: name,
    options: z.strictObject({ cc: z.string().default('reno') }),
    traits: ({ cc }) => ({
      ...{ reliable: true, ordered: true, framing: 'stream', sockets: 'stream', connection: true },
      congestionControl: cc !== 'none',
      ...traits,
    }),
    maxMessageBytes: (mtu) => Math.min(limit, traits.framing === 'datagram' ? mtu - 28 : limit),
    wireBytes: (size) => size,
    listen: never,
    connect: never,
  };
}

const ask = (transport: Transport, options = {}) => ({ label: transport.name, transport, options });

function request(changes: Partial<SuiteRequest> = {}): SuiteRequest {
  return {
    transports: [ask(transport('a')), ask(transport('b'), { cc: 'bbr' }), ask(transport('c'))],
    scenarios: [
      { label: 'stream', scenario: stream as Scenario, params: {} },
      { label: 'stream size=64', scenario: stream as Scenario, params: { size: '64' } },
    ],
    links: [{ label: 'loopback' }, { label: 'delay 20ms', profile: parseProfile('delay 20ms') }],
    trials: 4,
    seconds: 2,
    warmupSeconds: 0.5,
    timeoutSeconds: 30,
    seed: 42,
    io: 'auto',
    emulator: 'auto',
    ...changes,
  };
}

const rounds = (plan: ReturnType<typeof planSuite>): number[][] =>
  [1, 2, 3, 4].map((round) => plan.trials.filter(({ trial }) => trial === round).map((one) => one.case));

describe('planSuite', () => {
  it('has a case for every combination, as asked for and as it will be run', () => {
    const { cases } = planSuite(request());
    const labels = cases.map(({ record }) => `${record.transport.label}/${record.scenario.label}/${record.link.label}`);
    expect(new Set(labels).size).toBe(3 * 2 * 2);
    expect(labels).toContain('b/stream size=64/delay 20ms');
    const one = cases.find((_, i) => labels[i] === 'b/stream size=64/delay 20ms');
    expect(one?.record.transport.options).toEqual({ cc: 'bbr' });
    expect(one?.record.scenario.params).toEqual({ size: 64, rate: 'auto', direction: 'up' });
    // The effective profile: what a round trip of 40 ms needs is filled in.
    expect(one?.record.link.profile).toMatch(/^delay 20ms.* limit \d+/);
    expect(one).toMatchObject({ mtu: 1500, roundTripNs: 40e6, plan: { seconds: 2, messageBytes: 64, warmup: true } });
    const loopback = cases.find((_, i) => labels[i] === 'a/stream/loopback');
    expect(loopback).toMatchObject({ mtu: 65_536, holdingNs: 0, roundTripNs: 0, record: { link: { profile: '' } } });
    expect(loopback).not.toHaveProperty('profile');
    expect(loopback).not.toHaveProperty('unsupported');
  });

  it('puts every transport to the pairs that are given, in place of all', () => {
    const asked = request();
    const [plain, small] = asked.scenarios;
    const [loopback, delayed] = asked.links;
    if (!(plain && small && loopback && delayed)) throw new Error('the request has two of each');
    const pairs = [
      { scenario: small, link: loopback },
      { scenario: plain, link: delayed },
    ];
    const { cases, trials } = planSuite(asked, pairs);
    expect(
      cases.map(({ record: { transport: t, scenario: s, link: l } }) => [t.label, s.label, l.label].join('/')),
    ).toEqual([
      ...['a', 'b', 'c'].map((name) => `${name}/stream size=64/loopback`),
      ...['a', 'b', 'c'].map((name) => `${name}/stream/delay 20ms`),
    ]);
    expect(trials).toHaveLength(6 * 4);
    const some = { scenario: plain, link: loopback, transports: asked.transports.slice(1) };
    expect(planSuite(asked, [some]).cases.map(({ record }) => record.transport.label)).toEqual(['b', 'c']);
    const all = [loopback, delayed].flatMap((link) => [plain, small].map((scenario) => ({ scenario, link })));
    expect(planSuite(asked, all)).toEqual(planSuite(asked));
  });

  it('runs every case once in every round, round after round, in orders of their own', () => {
    const plan = planSuite(request());
    expect(plan.trials).toHaveLength(12 * 4);
    expect(plan.trials.map(({ trial }) => trial)).toEqual([1, 2, 3, 4].flatMap((round) => Array(12).fill(round)));
    for (const order of rounds(plan)) expect([...order].sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
    // The seed is fixed; that two of four random orders of 12 are the same has a chance of 6 / 12! anyhow.
    expect(new Set(rounds(plan).map(String)).size).toBe(4);
  });

  it('gives all cases of a round the same seed of the link, and every round another', () => {
    const { trials } = planSuite(request());
    const seeds = [1, 2, 3, 4].map((round) => new Set(trials.filter((t) => t.trial === round).map((t) => t.seed)));
    expect(seeds.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    const values = seeds.flatMap((set) => [...set]);
    expect(new Set(values).size).toBe(4);
    for (const seed of values) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(planSuite(request()).trials).toEqual(planSuite(request()).trials);
    expect(planSuite(request({ seed: 43 })).trials).not.toEqual(planSuite(request()).trials);
  });

  it('keeps cases whose transport lacks a trait that the scenario needs, with the reason', () => {
    const needy: Scenario = { ...(stream as Scenario), name: 'needy', needs: { reliable: true } };
    const { cases, trials } = planSuite(
      request({
        transports: [ask(transport('sure')), ask(transport('unsure', { reliable: false }))],
        scenarios: [{ label: 'needy', scenario: needy, params: {} }],
        links: [{ label: 'loopback' }],
      }),
    );
    expect(cases.map(({ unsupported }) => unsupported?.reason)).toEqual([
      undefined,
      'scenario needy does not fit unsure: what is lost stays lost',
    ]);
    expect(cases[1]?.unsupported?.remedy).toContain('netduel list');
    expect(trials).toHaveLength(2 * 4);
  });

  it('keeps cases on a path that the transport is not for, with the reason', () => {
    const { cases } = planSuite(
      request({
        transports: [
          ask({ ...transport('near'), only: 'loopback' }),
          ask({ ...transport('loud'), only: 'lab' }),
          ask(transport('any')),
        ],
        scenarios: [{ label: 'stream', scenario: stream as Scenario, params: {} }],
      }),
    );
    const reasons = cases.map(({ record, unsupported }) => [
      `${record.transport.label}/${record.link.label}`,
      unsupported?.reason,
    ]);
    expect(Object.fromEntries(reasons)).toEqual({
      'near/loopback': undefined,
      'loud/loopback': expect.stringContaining('loud is for the lab only'),
      'any/loopback': undefined,
      'near/delay 20ms': expect.stringContaining('near knows no network'),
      'loud/delay 20ms': undefined,
      'any/delay 20ms': undefined,
    });
  });

  it('says which transports cannot do with the sockets of a run', () => {
    const [bound, free] = planSuite(
      request({ transports: [ask({ ...transport('bound'), io: 'linux' }), ask(transport('free'))] }),
    ).cases;
    if (!bound || !free) throw new Error('two cases were asked for');
    expect(wrongIo(bound, { name: 'linux' })).toBeUndefined();
    expect(wrongIo(free, { name: 'node' })).toBeUndefined();
    const refusal = wrongIo(bound, { name: 'node', reason: 'koffi is missing' });
    expect(refusal?.reason).toBe('bound needs sockets that io node does not have; koffi is missing');
    expect(refusal?.remedy).toContain('--io linux');
  });

  it('asks a transport for its traits with the options of the case', () => {
    const needy: Scenario = { ...(stream as Scenario), needs: { congestionControl: true } };
    const [paced, free] = planSuite(
      request({
        transports: [ask(transport('paced')), { ...ask(transport('free'), { cc: 'none' }), label: 'free cc=none' }],
        scenarios: [{ label: 'stream', scenario: needy, params: {} }],
        links: [{ label: 'loopback' }],
      }),
    ).cases;
    expect(paced?.traits.congestionControl).toBe(true);
    expect(paced).not.toHaveProperty('unsupported');
    expect(free?.traits.congestionControl).toBe(false);
    expect(free?.unsupported?.reason).toContain('does not fit free cc=none: it does not find a rate by itself');
  });

  it('refuses messages above the limit of a transport, naming both and a way out', () => {
    const datagrams = transport('dgram', { framing: 'datagram' });
    const asked = (size: string, link: SuiteRequest['links'][number]) =>
      planSuite(
        request({
          transports: [ask(datagrams)],
          scenarios: [{ label: `stream size=${size}`, scenario: stream as Scenario, params: { size } }],
          links: [link],
        }),
      );
    const lab = { label: 'direct', profile: parseProfile('direct') };
    expect(asked('1472', lab).cases).toHaveLength(1);
    expect(() => asked('1473', lab)).toThrow(UserError);
    expect(() => asked('1473', lab)).toThrow(
      "messages of 1473 bytes are above the limit of 1472 bytes of transport 'dgram' on link 'direct' (MTU 1500); use size=1472",
    );
    expect(asked('1473', { label: 'loopback' }).cases).toHaveLength(1);
    const bytes = { transports: [ask(transport('bytes', {}, 1000))] };
    expect(() => planSuite(request(bytes))).toThrow("above the limit of 1000 bytes of transport 'bytes'");
  });

  it('refuses options and parameters that are not accepted, by their names', () => {
    const options = { transports: [ask(transport('a'), { dd: 'bbr' })] };
    expect(() => planSuite(request(options))).toThrow(UserError);
    expect(() => planSuite(request(options))).toThrow(/^transport 'a': .*"?dd"?/);
    const scenarios = [{ label: 'stream rate=fast', scenario: stream as Scenario, params: { rate: 'fast' } }];
    expect(() => planSuite(request({ scenarios }))).toThrow(
      /^scenario 'stream rate=fast': rate: 'fast' is not accepted: expected 'auto', 'max', or a rate/,
    );
  });
});
