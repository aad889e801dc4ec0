import fc from 'fast-check';
import type { ProfileFiles } from '../../src/link/files.ts';
import type {
  DirectionProfile,
  Discipline,
  Distribution,
  LossModel,
  Netem,
  Queue,
  Slot,
  Stage,
  Tbf,
  Trace,
} from '../../src/link/profile.ts';
import { MAX_HELD } from '../../src/link/profile.ts';

/** How far values may go: as small as a test needs for its packets to meet. */
export interface Bounds {
  readonly maxDelayNs?: number;
  readonly maxPackets?: number;
  readonly maxRateBps?: number;
  readonly maxStages?: number;
}

type Optional<T> = { [K in keyof T]?: fc.Arbitrary<NonNullable<T[K]>> };

/** Each part there or not. */
function some<T extends object>(parts: Optional<T>): fc.Arbitrary<T> {
  return fc.record(parts as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] }) as fc.Arbitrary<T>;
}

const fraction = fc.oneof(
  fc.constantFrom(0, 0.01, 0.25, 1),
  fc.double({ min: 0, max: 1, noNaN: true }).map((p) => Math.abs(p)),
);
const positive = fraction.filter((p) => p > 0);
const chance = fc.record({ p: positive, correlation: fraction });
const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const hour = fc.integer({ min: 1, max: 3600e9 });

const loss: fc.Arbitrary<LossModel> = fc.oneof(
  chance.map((values) => ({ kind: 'random' as const, ...values })),
  fc.record({ kind: fc.constant('gemodel' as const), p: fraction, r: fraction, h1: fraction, k1: fraction }),
  fc.record({
    kind: fc.constant('state' as const),
    p13: fraction,
    p31: fraction,
    p32: fraction,
    p23: fraction,
    p14: fraction,
  }),
);

/** A file's name tells what is in it, so that no name stands for two things. */
const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.constantFrom('normal', 'pareto', 'paretonormal', 'experimental').map((name) => ({ name })),
  fc
    .array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 6 })
    .map((values) => ({ name: `./${values.join(',')}.dist`, values })),
);

const trace: fc.Arbitrary<Trace> = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 })
  .map((steps) => steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0)))
  .filter((times) => times[times.length - 1] > 0)
  .map((times) => ({ name: times.join(','), ms: Uint32Array.from(times) }));

const codel = { targetNs: hour, intervalNs: hour, ecn: fc.boolean() };

const discipline: fc.Arbitrary<Discipline> = fc.oneof(
  fc.constant({ kind: 'drophead' as const }),
  fc.record({ kind: fc.constant('codel' as const), ...codel }),
  fc.record({
    kind: fc.constant('fq_codel' as const),
    ...codel,
    flows: fc.integer({ min: 1, max: 65_536 }),
    quantumBytes: fc.integer({ min: 256, max: 2 ** 20 }),
  }),
  fc.record({
    kind: fc.constant('pie' as const),
    targetNs: hour,
    updateNs: hour.map((ns) => Math.max(1e6, ns)),
    ecn: fc.boolean(),
  }),
);

const outage = fc
  .record({ everyNs: fc.integer({ min: 2, max: 3600e9 }), share: fraction, afterNs: fc.oneof(fc.constant(0), hour) })
  .map(({ everyNs, share, afterNs }) => ({
    everyNs,
    forNs: Math.min(everyNs - 1, Math.max(1, Math.floor(share * everyNs))),
    afterNs,
  }));

function rates(maxBps: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1000, max: Math.floor(maxBps / 8) }).map((bytes) => 8 * bytes);
}

function jitters(maxNs: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: Math.min(maxNs, 2 ** 31 - 1) });
}

function rate(maxBps: number): fc.Arbitrary<NonNullable<Netem['rate']>> {
  const cells = fc.record({
    packetOverhead: fc.integer({ min: -14, max: 100 }),
    cellBytes: fc.constantFrom(0, 48, 1000),
    cellOverhead: fc.integer({ min: -5, max: 5 }),
  });
  return fc
    .tuple(rates(maxBps), fc.oneof(fc.constant({ packetOverhead: 0, cellBytes: 0, cellOverhead: 0 }), cells))
    .map(([bps, overheads]) => ({ bps, ...overheads }));
}

function slot(maxDelayNs: number): fc.Arbitrary<Slot> {
  const time = fc.integer({ min: 0, max: maxDelayNs });
  const gap = fc.oneof(
    fc
      .tuple(time, time)
      .filter(([a, b]) => a + b > 0)
      .map(([a, b]) => ({ kind: 'uniform' as const, minNs: Math.min(a, b), maxNs: Math.max(a, b) })),
    fc.record({
      kind: fc.constant('distribution' as const),
      distribution,
      delayNs: time,
      jitterNs: jitters(maxDelayNs),
    }),
  );
  return fc.record({ gap, packets: fc.constantFrom(0, 1, 42), bytes: fc.constantFrom(0, 1514, 65_536) });
}

/** A netem with every part there or not, within what the grammar accepts. */
export function netem(bounds: Bounds = {}): fc.Arbitrary<Netem> {
  const { maxDelayNs = 3600e9, maxPackets = MAX_HELD, maxRateBps = 10e12 } = bounds;
  const packets = fc.integer({ min: 1, max: maxPackets });
  const delay = fc
    .record(
      {
        ns: fc.integer({ min: 1, max: maxDelayNs }),
        jitterNs: jitters(maxDelayNs),
        correlation: fraction,
        distribution,
      },
      { requiredKeys: ['ns'] },
    )
    .map(({ ns, jitterNs = 0, correlation = 0, distribution: table }) => {
      if (jitterNs === 0) return { ns, jitterNs, correlation: 0 };
      return table ? { ns, jitterNs, correlation, distribution: table } : { ns, jitterNs, correlation };
    });
  const onlyJitter = jitters(maxDelayNs).map((jitterNs) => ({ delay: { ns: 0, jitterNs, correlation: 0 } }));
  const reorder = fc.tuple(chance, fc.oneof(fc.constant(1), uint32)).map(([values, gap]) => ({ ...values, gap }));
  const bound = fc.constantFrom('packets' as const, 'bytes' as const, 'ns' as const);
  const queue: fc.Arbitrary<Queue> = fc
    .tuple(bound, packets, uint32, hour, some<Pick<Queue, 'discipline'>>({ discipline }))
    .chain(([sure, count, bytes, ns, rest]) =>
      some<Queue>({ packets: fc.constant(count), bytes: fc.constant(bytes), ns: fc.constant(ns) }).map((bounds) => ({
        [sure]: { packets: count, bytes, ns }[sure],
        ...bounds,
        ...rest,
      })),
    );
  return fc
    .tuple(
      some<Netem>({
        duplicate: chance,
        corrupt: fc.tuple(chance, fc.constantFrom('frame' as const, 'payload' as const)).map(([values, where]) => ({
          ...values,
          where,
        })),
        slot: slot(maxDelayNs),
        limit: packets,
        seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        keepOrder: fc.constant(true),
        outage,
      }),
      fc.oneof(fc.constant({}), onlyJitter, some<Netem>({ delay, reorder })).map((parts: Partial<Netem>) => {
        const { reorder: overtaking, ...rest } = parts;
        return rest.delay && rest.delay.ns > 0 && overtaking ? { ...rest, reorder: overtaking } : rest;
      }),
      fc.oneof(fc.constant({}), fc.record({ loss, ecn: fc.constant(true) }, { requiredKeys: ['loss'] })),
      fc.oneof(
        fc.constant({}),
        fc.record({ rate: rate(maxRateBps), queue }, { requiredKeys: ['rate'] }),
        fc.record({ trace, queue }, { requiredKeys: ['trace'] }),
      ),
    )
    .map((parts) => Object.assign({ kind: 'netem' as const }, ...parts));
}

/** A token bucket with every part there or not. */
function tbf(bounds: Bounds = {}): fc.Arbitrary<Tbf> {
  const { maxRateBps = 10e12 } = bounds;
  const addition = fc.integer({ min: 1, max: 2 ** 16 - 1 });
  return fc
    .tuple(
      fc.record({ rateBps: rates(maxRateBps), burstBytes: uint32, limitBytes: uint32 }),
      some<{ peak: { faster: number; mtuBytes: number } }>({
        peak: fc.record({ faster: fc.integer({ min: 1, max: 1000 }), mtuBytes: uint32 }),
      }),
      some<Pick<Tbf, 'overheadBytes' | 'mpuBytes'>>({ overheadBytes: addition, mpuBytes: addition }),
    )
    .map(([base, { peak }, rest]) => {
      const peakRateBps = Math.min(10e12, base.rateBps + 8 * (peak?.faster ?? 0));
      const second = peak && peakRateBps > base.rateBps ? { peakRateBps, mtuBytes: peak.mtuBytes } : {};
      return { kind: 'tbf' as const, ...base, ...second, ...rest };
    });
}

/** A direction within what the grammar accepts. */
export function direction(bounds: Bounds = {}): fc.Arbitrary<DirectionProfile> {
  const stage: fc.Arbitrary<Stage> = fc.oneof(
    { weight: 3, arbitrary: netem(bounds) },
    { weight: 1, arbitrary: tbf(bounds) },
  );
  return fc.record({ stages: fc.array(stage, { maxLength: bounds.maxStages ?? 3 }) });
}

/** The files that directions name. */
export function filesOf(...directions: readonly DirectionProfile[]): ProfileFiles {
  const texts = new Map<string, string>();
  const addTable = ({ name, values }: Distribution) => values && texts.set(name, values.join('\n'));
  for (const stage of directions.flatMap(({ stages }) => stages)) {
    if (stage.kind === 'tbf') continue;
    if (stage.delay?.distribution) addTable(stage.delay.distribution);
    if (stage.slot?.gap.kind === 'distribution') addTable(stage.slot.gap.distribution);
    if (stage.trace) texts.set(stage.trace.name, `${stage.trace.ms.join('\n')}\n`);
  }
  return {
    read(path) {
      const text = texts.get(path);
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  };
}
