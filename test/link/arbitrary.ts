import fc from 'fast-check';
import type { DirectionProfile, LossModel } from '../../src/link/profile.ts';

const probability = fc.oneof(
  fc.constantFrom(0, 0.01, 0.25, 1),
  fc.double({ min: 0, max: 1, noNaN: true }).map((p) => Math.abs(p)),
);

const loss: fc.Arbitrary<LossModel> = fc.oneof(
  fc.record({ kind: fc.constant('random' as const), p: probability.filter((p) => p > 0) }),
  fc.record({
    kind: fc.constant('gemodel' as const),
    p: probability,
    r: probability,
    h1: probability,
    k1: probability,
  }),
);

/** A direction with every part optional; bounds as small as a test needs for its packets to meet. */
export function direction(maxDelayNs: number, maxPackets: number, maxRateBps = 10e12): fc.Arbitrary<DirectionProfile> {
  const packets = fc.integer({ min: 1, max: maxPackets });
  const rated = fc.record(
    { rateBps: fc.integer({ min: 1000, max: maxRateBps / 8 }).map((n) => 8 * n), queue: packets },
    { requiredKeys: ['rateBps'] },
  );
  return fc
    .tuple(
      fc.record(
        {
          delayNs: fc.integer({ min: 0, max: maxDelayNs }),
          jitterNs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: Math.min(maxDelayNs, 2 ** 31 - 1) })),
          loss,
          limit: packets,
        },
        { requiredKeys: ['delayNs', 'jitterNs'] },
      ),
      fc.option(rated, { nil: {} }),
    )
    .map(([base, rate]) => ({ ...base, ...rate }));
}
