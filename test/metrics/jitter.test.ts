import { describe, expect, it } from 'vitest';
import { Jitter } from '../../src/metrics/jitter.ts';

const after = (messages: readonly (readonly [number, number])[]) => {
  const jitter = new Jitter();
  for (const [send, arrival] of messages) jitter.add(send, arrival);
  return jitter.valueNs;
};

describe('Jitter', () => {
  it('is zero before there is a difference', () => {
    expect([after([]), after([[0, 500]])]).toEqual([0, 0]);
  });

  it('is zero at constant transit, whatever the clocks say and the spacing is', () => {
    expect(
      after([
        [0, -7000],
        [10, -6990],
        [500, -6500],
      ]),
    ).toBe(0);
  });

  it('moves a sixteenth of the way to each difference (RFC 3550, A.8)', () => {
    // Transit 100, 260, 100: |D| = 160 twice. J = 160/16 = 10, then 10 + (160 - 10)/16.
    expect(
      after([
        [0, 100],
        [1000, 1260],
        [2000, 2100],
      ]),
    ).toBe(10 + 150 / 16);
  });

  it('settles at the mean difference', () => {
    const alternating = Array.from({ length: 1000 }, (_, i) => [i * 1000, i * 1000 + (i % 2) * 64] as const);
    expect(after(alternating)).toBeCloseTo(64, 9);
  });
});
