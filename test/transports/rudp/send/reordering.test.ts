import { describe, expect, it } from 'vitest';
import { Reordering } from '../../../../src/transports/rudp/send/reordering.ts';

function calm(reordering: Reordering, rounds: number): void {
  for (let i = 0; i < rounds; i++) reordering.onLossyRound();
}

describe('Reordering', () => {
  it('begins with the thresholds of RFC 9002', () => {
    const { packets, time } = new Reordering();
    expect([packets, time]).toEqual([3, 9 / 8]);
  });

  it('grows beyond what was seen, and never back by a smaller distance', () => {
    const reordering = new Reordering();
    reordering.onSpurious(20, 1.3);
    expect(reordering.packets).toBe(21);
    expect(reordering.time).toBeCloseTo(1.425, 9);
    reordering.onSpurious(5, 0.5);
    expect(reordering.packets).toBe(21);
    expect(reordering.time).toBeCloseTo(1.425, 9);
  });

  it('goes by time alone where places say nothing any more, and waits for two round trips at most', () => {
    const reordering = new Reordering();
    reordering.onSpurious(200, 7);
    expect([reordering.packets, reordering.time]).toEqual([Infinity, 2]);
  });

  it('is as at the start after 16 rounds with losses of which none was needless', () => {
    const reordering = new Reordering();
    reordering.onSpurious(200, 7);
    calm(reordering, 15);
    expect(reordering.packets).toBe(Infinity);
    reordering.onSpurious(1, 0.1);
    calm(reordering, 15);
    expect(reordering.packets).toBe(Infinity);
    calm(reordering, 1);
    expect([reordering.packets, reordering.time]).toEqual([3, 9 / 8]);
  });
});
