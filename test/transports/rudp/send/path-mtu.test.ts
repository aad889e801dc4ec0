import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathMtu, type PathMtuOptions } from '../../../../src/transports/rudp/send/path-mtu.ts';

const mtuOf = (options: Partial<PathMtuOptions> = {}): PathMtu => new PathMtu({ base: 1200, max: 1472, ...options });

/** Probes a path that carries `carries` bytes until nothing is due; the sizes tried. */
function search(mtu: PathMtu, carries: number, now = 0): number[] {
  const tried: number[] = [];
  for (let size = mtu.probeSize(now); size > 0 && tried.length < 100; size = mtu.probeSize(now)) {
    tried.push(size);
    mtu.onProbeSent(now);
    if (size <= carries) mtu.onProbeAcked(size);
    else mtu.onProbeLost(size, now);
  }
  return tried;
}

/** Full packets vanish, found out at `times` times, `each` packets at once. */
function lose(mtu: PathMtu, times: number, each: number): void {
  for (let now = 1; now <= times; now++) for (let i = 0; i < each; i++) mtu.onFullLost(now);
}

describe('PathMtu', () => {
  it('begins with the base and takes the largest that passes', () => {
    const mtu = mtuOf();
    expect(mtu.size).toBe(1200);
    expect(search(mtu, 1472)).toEqual([1472]);
    expect(mtu.size).toBe(1472);
  });

  it('tries each size three times, the largest first, then the common ones', () => {
    const mtu = mtuOf({ max: 8972 });
    expect(search(mtu, 1410)).toEqual([8972, 8972, 8972, 1472, 1472, 1472, 1452, 1452, 1452, 1400]);
    expect(mtu.size).toBe(1400);
  });

  it('stays at the base when nothing larger passes, and finds what passes when it does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1200, max: 9000 }), fc.integer({ min: 1200, max: 9000 }), (max, carries) => {
        const mtu = mtuOf({ max });
        search(mtu, carries);
        const sizes = [1200, 1320, 1400, 1452, 1472, max].filter((size) => size <= max && size <= carries);
        expect(mtu.size).toBe(Math.max(...sizes));
      }),
    );
  });

  it('has one probe under way at a time', () => {
    const mtu = mtuOf();
    mtu.onProbeSent(0);
    expect(mtu.probeSize(0)).toBe(0);
    mtu.onProbeLost(1472, 1);
    expect(mtu.probeSize(1)).toBe(1472);
  });

  it('searches for more after ten minutes, and again ten minutes later', () => {
    const mtu = mtuOf();
    search(mtu, 1400);
    expect(mtu.probeSize(599e9)).toBe(0);
    expect(search(mtu, 1400, 600e9)).toEqual([1472, 1472, 1472, 1452, 1452, 1452]);
    expect(mtu.size).toBe(1400);
    expect(mtu.probeSize(1199e9)).toBe(0);
    expect(search(mtu, 1472, 1200e9)).toEqual([1472]);
    expect(mtu.probeSize(9999e9)).toBe(0);
  });

  it('believes a probe that is acknowledged after it was taken for lost', () => {
    const mtu = mtuOf();
    mtu.onProbeSent(0);
    mtu.onProbeLost(1472, 1);
    mtu.onProbeAcked(1472);
    expect(mtu.size).toBe(1472);
    expect(mtu.probeSize(2)).toBe(0);
  });

  it('falls back to the base when full packets vanish again and again, then searches anew', () => {
    const mtu = mtuOf();
    search(mtu, 1472);
    lose(mtu, 3, 1);
    expect(mtu.size).toBe(1200);
    expect(search(mtu, 1400).at(-1)).toBe(1400);
  });

  it('takes neither one burst of losses for a black hole nor losses between which a full packet passes', () => {
    const mtu = mtuOf();
    search(mtu, 1472);
    lose(mtu, 1, 50);
    expect(mtu.size).toBe(1472);
    for (let i = 0; i < 100; i++) {
      mtu.onFullAcked();
      lose(mtu, 2, 10);
    }
    expect(mtu.size).toBe(1472);
  });

  it('falls back after two time-outs, when nothing at all is heard', () => {
    const mtu = mtuOf();
    search(mtu, 1472);
    mtu.onTimeout(1);
    mtu.onFullAcked();
    mtu.onTimeout(2);
    expect(mtu.size).toBe(1472);
    mtu.onTimeout(3);
    expect(mtu.size).toBe(1200);
  });

  it('starts with a size that is trusted, and gives it up sooner until a full packet has passed', () => {
    const wrong = mtuOf({ trusted: true });
    expect([wrong.size, wrong.probeSize(0)]).toEqual([1472, 0]);
    lose(wrong, 2, 2);
    expect(wrong.size).toBe(1200);
    expect(wrong.probeSize(0)).toBe(1472);
    const unlucky = mtuOf({ trusted: true });
    lose(unlucky, 2, 1);
    expect(unlucky.size).toBe(1472);
    const right = mtuOf({ trusted: true });
    right.onFullAcked();
    lose(right, 2, 2);
    expect(right.size).toBe(1472);
  });

  it('does not try a size again that the socket refuses', () => {
    const mtu = mtuOf();
    mtu.onProbeSent(0);
    mtu.onTooLarge(0);
    expect(search(mtu, 1400)).toEqual([1452, 1452, 1452, 1400]);
  });

  it('searches below a size that the socket refuses for full packets', () => {
    const mtu = mtuOf({ trusted: true });
    mtu.onTooLarge(0);
    expect(mtu.size).toBe(1200);
    expect(search(mtu, 1452)).toEqual([1452]);
    const least = mtuOf({ max: 1300, trusted: true });
    least.onTooLarge(0);
    expect([least.size, least.probeSize(0)]).toEqual([1200, 0]);
  });

  it('does not count the loss of an old probe against what is tried now', () => {
    const mtu = mtuOf();
    search(mtu, 1320);
    for (let i = 0; i < 3; i++) {
      mtu.probeSize(601e9);
      mtu.onProbeSent(601e9);
      mtu.onProbeLost(1472, 602e9);
    }
    mtu.onProbeSent(602e9);
    lose(mtu, 3, 1);
    mtu.onProbeLost(1452, 603e9);
    expect(search(mtu, 1452, 603e9)).toEqual([1472, 1472, 1472, 1452]);
  });

  it('does not give up what it tries now when the socket refuses an old probe', () => {
    const mtu = mtuOf();
    search(mtu, 1320);
    for (let i = 0; i < 3; i++) {
      mtu.probeSize(601e9);
      mtu.onProbeSent(601e9);
      mtu.onProbeLost(1472, 602e9);
    }
    mtu.onProbeSent(602e9);
    lose(mtu, 3, 1);
    mtu.onTooLarge(603e9);
    expect(mtu.probeSize(603e9)).toBe(1472);
  });

  it('has nothing to search for when the largest is no more than the base', () => {
    const mtu = mtuOf({ max: 1100 });
    expect([mtu.size, mtu.probeSize(0)]).toEqual([1200, 0]);
    mtu.onTooLarge(0);
    lose(mtu, 5, 5);
    expect(mtu.size).toBe(1200);
  });
});
