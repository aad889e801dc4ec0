import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveProfile, maxHoldingNs } from '../../src/link/effective.ts';
import { MAX_HELD, parseProfile } from '../../src/link/profile.ts';
import { direction } from './arbitrary.ts';

const effective = (text: string) => effectiveProfile(parseProfile(text));

describe('effectiveProfile', () => {
  it('plans for the delay line and one round-trip bandwidth-delay product', () => {
    // Queue: 20e6 * 0.04 / (8 * 1514) = 66.05; delay line: 20e6 * 0.025 / (8 * 64) = 976.6.
    expect(effective('delay 20ms 5ms rate 20mbit').up).toMatchObject({ queue: 67, limit: 977 + 67 });
  });

  it('counts the delays of both directions', () => {
    // 100e6 * 0.1 / (8 * 1514) = 825.6, although this direction has no delay.
    expect(effective('up: rate 100mbit down: delay 100ms').up).toMatchObject({ queue: 826, limit: 826 });
  });

  it('queues at least 64 packets', () => {
    expect(effective('rate 1mbit').up).toMatchObject({ queue: 64, limit: 64 });
  });

  it('holds no more than memory is set aside for', () => {
    expect(effective('delay 1s rate 10gbit').up).toMatchObject({ queue: MAX_HELD, limit: MAX_HELD });
  });

  it('has no queue without a rate', () => {
    expect(effective('delay 10ms').up).toEqual({ delayNs: 10e6, jitterNs: 0, limit: MAX_HELD });
  });

  it('leaves what is named alone', () => {
    expect(effective('delay 10ms rate 1mbit limit 5').up).toEqual(parseProfile('delay 10ms rate 1mbit limit 5').up);
    // 1e6 * 0.01 / (8 * 64) = 19.5
    expect(effective('delay 10ms rate 1mbit queue 7 packets').up).toMatchObject({ queue: 7, limit: 20 + 7 });
  });

  it('is complete, bounded and stable', () => {
    fc.assert(
      fc.property(direction(3600e9, MAX_HELD), direction(3600e9, MAX_HELD), (up, down) => {
        const once = effectiveProfile({ up, down });
        expect(once.up.limit).toBeGreaterThanOrEqual(1);
        expect(once.up.limit).toBeLessThanOrEqual(MAX_HELD);
        expect(effectiveProfile(once)).toEqual(once);
      }),
    );
  });
});

describe('maxHoldingNs', () => {
  it('adds delay, jitter and a full queue', () => {
    expect(maxHoldingNs(effective('delay 10ms 2ms rate 12112bit queue 3 packets').up)).toBe(12e6 + 3e9);
    expect(maxHoldingNs(effective('delay 10ms rate 12112bit limit 4').up)).toBe(10e6 + 4e9);
    expect(maxHoldingNs(effective('delay 10ms').up)).toBe(10e6);
  });
});
