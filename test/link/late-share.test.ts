import { describe, expect, it } from 'vitest';
import { lateShare } from '../../src/link/late-share.ts';
import { Taus113 } from '../../src/link/prng.ts';

describe('lateShare', () => {
  it('is none where the jitter spans no two packets', () => {
    expect(lateShare(0.5e6, 1.2e6)).toBeCloseTo(0, 12);
  });

  it('is the closed form where it spans two', () => {
    // Width 2, spacing 1.2: the one behind is quicker by u - 1.2 with probability (u - 1.2) / 2; over u that is 0.8^2 / 8.
    expect(lateShare(1e6, 1.2e6)).toBeCloseTo(0.08, 6);
  });

  it.each([
    [5, 1.2],
    [0.5, 0.12],
    [5, 0.12],
  ])('agrees with packets: jitter %d ms, one each %d ms', (jitterMs, spacingMs) => {
    const prng = new Taus113(7);
    const packets = 100_000;
    const due = Array.from({ length: packets }, (_, i) => i * spacingMs + (prng.next() / 2 ** 32) * 2 * jitterMs);
    let late = 0;
    let least = Infinity;
    for (const time of due.toReversed()) {
      if (time > least) late++;
      least = Math.min(least, time);
    }
    // Packets within one width depend on each other: as if of packets / (width / spacing) only. 4.9 sd: 1 in 10^6.
    const sd = Math.sqrt((0.25 * ((2 * jitterMs) / spacingMs)) / packets);
    expect(Math.abs(late / packets - lateShare(jitterMs, spacingMs))).toBeLessThan(4.9 * sd);
  });
});
