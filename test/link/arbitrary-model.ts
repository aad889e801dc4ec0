import fc from 'fast-check';
import type { Discipline, Distribution, LossModel, Netem, Queue, Stage, Tbf } from '../../src/link/profile.ts';

/** Delays of this order, gaps between packets and the times on a serialiser make packets meet. */
const SPAN_NS = 100_000;

const probability = fc.oneof(fc.constantFrom(0, 0.1, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const correlation = fc.oneof(fc.constant(0), probability);
const chance = fc.record({ p: probability, correlation });
const ns = (max = SPAN_NS) => fc.integer({ min: 0, max });
const atLeast1 = (max: number) => fc.integer({ min: 1, max });

const loss: fc.Arbitrary<LossModel> = fc.oneof(
  fc.record({ kind: fc.constant('random' as const), p: probability, correlation }),
  fc.record({
    kind: fc.constant('state' as const),
    p13: probability,
    p31: probability,
    p32: probability,
    p23: probability,
    p14: probability,
  }),
  fc.record({
    kind: fc.constant('gemodel' as const),
    p: probability,
    r: probability,
    h1: probability,
    k1: probability,
  }),
);

const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({ name: fc.constantFrom('normal', 'pareto', 'paretonormal', 'experimental') }),
  fc.record({
    name: fc.constant('own'),
    values: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 20 }),
  }),
);

const delay = fc
  .record({ ns: ns(), jitterNs: ns(), correlation, distribution: fc.option(distribution) })
  .map(({ distribution, ...rest }) => (distribution ? { ...rest, distribution } : rest));

const rate = fc.record({
  bps: fc.integer({ min: 1_000_000, max: 2_000_000_000 }),
  packetOverhead: fc.integer({ min: -100, max: 100 }),
  cellBytes: fc.oneof(fc.constant(0), fc.constant(53), atLeast1(2000)),
  cellOverhead: fc.integer({ min: -10, max: 10 }),
});

const bounds: fc.Arbitrary<Queue> = fc
  .record({ packets: atLeast1(30), bytes: fc.integer({ min: 100, max: 30_000 }), ns: ns() }, { requiredKeys: [] })
  .filter((queue) => Object.keys(queue).length > 0);

const control = { targetNs: ns(), intervalNs: atLeast1(SPAN_NS), ecn: fc.boolean() };

const discipline: fc.Arbitrary<Discipline> = fc.oneof(
  fc.record({ kind: fc.constant('drophead' as const) }),
  fc.record({ kind: fc.constant('codel' as const), ...control }),
  fc.record({ kind: fc.constant('fq_codel' as const), ...control, flows: atLeast1(4), quantumBytes: atLeast1(3000) }),
  fc.record({ kind: fc.constant('pie' as const), targetNs: ns(), updateNs: atLeast1(SPAN_NS), ecn: fc.boolean() }),
);

const slot = fc.record({
  gap: fc.oneof(
    fc.tuple(ns(), ns()).map(([a, b]) => ({ kind: 'uniform' as const, minNs: Math.min(a, b), maxNs: Math.max(a, b) })),
    fc.record({ kind: fc.constant('distribution' as const), distribution, delayNs: ns(), jitterNs: atLeast1(SPAN_NS) }),
  ),
  packets: fc.integer({ min: 0, max: 5 }),
  bytes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 })),
});

const outage = fc
  .record({ everyNs: fc.integer({ min: 2, max: 3_000_000 }), share: probability, afterNs: ns(1_000_000) })
  .map(({ everyNs, share, afterNs }) => ({ everyNs, forNs: 1 + Math.floor(share * (everyNs - 2)), afterNs }));

const trace = fc
  .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 })
  .map((steps) => {
    let ms = 0;
    return Uint32Array.from(steps, (step) => (ms += step));
  })
  .filter((ms) => ms[ms.length - 1] > 0)
  .map((ms) => ({ name: 'trace', ms }));

const words = {
  delay,
  loss,
  ecn: fc.boolean(),
  duplicate: chance,
  corrupt: fc.record({ p: probability, correlation, where: fc.constantFrom('frame' as const, 'payload' as const) }),
  reorder: fc.record({ p: probability, correlation, gap: atLeast1(5) }),
  slot,
  keepOrder: fc.boolean(),
  outage,
};

const limit = atLeast1(40);

const netemOf = <T extends object>(more: fc.Arbitrary<T>): fc.Arbitrary<Netem> =>
  fc
    .tuple(fc.record(words, { requiredKeys: [] }), more, limit)
    .map(([some, others, most]) => ({ kind: 'netem', ...some, ...others, limit: most }));

/** A netem stage all the times of which follow from arrivals. */
export const settledNetem = netemOf(
  fc.oneof(fc.constant({}), fc.record({ rate, queue: bounds }, { requiredKeys: ['rate'] })),
);

const bottleneckNetem = netemOf(
  fc.oneof(
    fc.record({ rate, queue: fc.tuple(bounds, discipline).map(([queue, how]) => ({ ...queue, discipline: how })) }),
    fc.record({ trace, queue: bounds }, { requiredKeys: ['trace'] }),
    fc.record({ trace, queue: fc.tuple(bounds, discipline).map(([queue, how]) => ({ ...queue, discipline: how })) }),
  ),
);

export const tbf: fc.Arbitrary<Tbf> = fc
  .record({
    rateBps: fc.integer({ min: 1_000_000, max: 1_000_000_000 }),
    burstBytes: fc.integer({ min: 500, max: 20_000 }),
    limitBytes: fc.integer({ min: 1000, max: 40_000 }),
    peak: fc.option(
      fc.record({ times: fc.double({ min: 1, max: 4, noNaN: true }), mtuBytes: fc.integer({ min: 500, max: 3000 }) }),
    ),
    overheadBytes: fc.integer({ min: -20, max: 40 }),
    mpuBytes: fc.integer({ min: 0, max: 200 }),
  })
  .map(({ peak, ...rest }) => ({
    kind: 'tbf',
    ...rest,
    ...(peak ? { peakRateBps: rest.rateBps * peak.times, mtuBytes: peak.mtuBytes } : {}),
  }));

/** Any direction, of up to three stages. */
export const anyStages: fc.Arbitrary<readonly Stage[]> = fc.array(fc.oneof(settledNetem, bottleneckNetem, tbf), {
  maxLength: 3,
});

export const traffic = fc.array(
  fc.record({
    gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 1_000_000 })),
    bytes: fc.integer({ min: 60, max: 1514 }),
    /** Whether the caller takes what is due before this packet, or dawdles. */
    drains: fc.boolean(),
    frame: fc.record({ ecnCapable: fc.boolean(), flow: fc.integer({ min: 0, max: 5 }), payload: fc.boolean() }),
  }),
  { minLength: 1, maxLength: 60 },
);
