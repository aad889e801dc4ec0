import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrivals, type Policy, play } from '../../../src/scenarios/playout/play.ts';

const T = 10;
const playing = (came: Arrivals['came'], buffer: number, policy: Policy) =>
  play({ intervalNs: T, came }, buffer, policy);
/** Sent at k x 10, with these delays; undefined: never came. */
const delayed = (delays: readonly (number | undefined)[]): Arrivals['came'] =>
  delays.map((delay, k) => (delay === undefined ? undefined : k * T + delay));

const NEVER = undefined;

describe('in time', () => {
  it.each(['wait', 'skip'] as const)('%s shows every frame at its turn', (policy) => {
    expect(playing(delayed([5, 5, 30, 5]), 25, policy)).toEqual({
      turns: [30, 40, 50, 60],
      shown: [30, 40, 50, 60],
      stalls: [],
      frozenNs: 0,
    });
  });
});

it('a frame rate whose interval is no whole number makes no stalls', () => {
  const intervalNs = 1e9 / 30;
  const came = Array.from({ length: 1000 }, (_, k) => k * intervalNs + 5e6);
  const { stalls, frozenNs, shown } = play({ intervalNs, came }, 200e6, 'wait');
  expect({ stalls, frozenNs, shown: shown.length }).toEqual({ stalls: [], frozenNs: 0, shown: 1000 });
});

describe('skip', () => {
  it('goes on without what is late or lost', () => {
    const played = playing(delayed([5, 40, NEVER, 5]), 20, 'skip');
    expect(played.turns).toEqual([25, 35, 45, 55]);
    expect(played.shown).toEqual([25, NEVER, NEVER, 55]);
    expect(played.frozenNs).toBe(2 * T);
  });

  it('begins in step with the first frame that came, which need not be the first one', () => {
    const played = playing(delayed([NEVER, NEVER, 5, 5]), 0, 'skip');
    expect(played.turns).toEqual([5, 15, 25, 35]);
    expect(played.shown).toEqual([NEVER, NEVER, 25, 35]);
    // Before something was shown nothing could freeze.
    expect(played.frozenNs).toBe(0);
  });
});

describe('wait', () => {
  it('stops until a late frame comes, and plays on from there', () => {
    const played = playing(delayed([5, 40, 30, 20]), 20, 'wait');
    expect(played.turns).toEqual([25, 35, 60, 70]);
    expect(played.shown).toEqual([25, 50, 60, 70]);
    expect(played.stalls).toEqual([{ at: 35, ns: 15 }]);
    expect(played.frozenNs).toBe(15);
  });

  it('gives a frame up when a later one has come and the time of the buffer has passed', () => {
    // Number 2 comes at 60 and is what tells that number 1 is missing: until 80, five of which beyond the frame's own time.
    const played = playing(delayed([5, NEVER, 40, 40]), 20, 'wait');
    expect(played.turns).toEqual([25, 35, 80, 90]);
    expect(played.shown).toEqual([25, NEVER, 80, 90]);
    expect(played.stalls).toEqual([{ at: 45, ns: 35 }]);
    expect(played.frozenNs).toBe(T + 35);
  });

  it('loses only its time with a frame that is known to be missing in time', () => {
    const played = playing(delayed([5, NEVER, 5, 5]), 40, 'wait');
    expect(played.turns).toEqual([45, 55, 65, 75]);
    expect(played.stalls).toEqual([]);
    expect(played.frozenNs).toBe(T);
  });

  it('does not wait for what nothing follows', () => {
    const played = playing(delayed([5, 5, NEVER, NEVER]), 20, 'wait');
    expect(played.turns).toEqual([25, 35, 45, 55]);
    expect(played.stalls).toEqual([]);
    expect(played.frozenNs).toBe(2 * T);
  });

  it('takes waiting before the first frame for start-up', () => {
    const played = playing(delayed([NEVER, 5, 5]), 0, 'wait');
    expect(played.shown).toEqual([NEVER, 15, 25]);
    expect(played.stalls).toEqual([]);
  });
});

describe('whatever comes', () => {
  const buffer = fc.integer({ min: 0, max: 200 });
  const delays = fc.array(fc.option(fc.integer({ min: 1, max: 300 }), { nil: NEVER, freq: 5 }), { maxLength: 60 });
  /** Whole, and in order, as from a byte stream. */
  const ordered = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }).map((list) => {
    let last = 0;
    return list.map((delay, k) => {
      last = Math.max(last, k * T + delay);
      return last;
    });
  });

  it('nothing is shown before it came or before its turn, and turns are at least a frame apart', () => {
    fc.assert(
      fc.property(delays.map(delayed), buffer, fc.constantFrom('wait', 'skip'), (came, depth, policy) => {
        const { turns, shown } = playing(came, depth, policy as Policy);
        expect(shown).toHaveLength(came.length);
        for (const [k, at] of shown.entries()) {
          if (at === undefined) continue;
          expect(at).toBeGreaterThanOrEqual(came[k] ?? Infinity);
          expect(at).toBeGreaterThanOrEqual(turns[k] as number);
        }
        for (const [k, turn] of turns.entries())
          if (k > 0) expect(turn - (turns[k - 1] as number)).toBeGreaterThanOrEqual(T);
      }),
    );
  });

  it('skip never stalls, and shows just what came by its turn', () => {
    fc.assert(
      fc.property(delays.map(delayed), buffer, (came, depth) => {
        const { turns, shown, stalls } = playing(came, depth, 'skip');
        expect(stalls).toEqual([]);
        for (const [k, turn] of turns.entries()) {
          expect(turn - (turns[0] as number)).toBe(k * T);
          expect(shown[k] !== undefined).toBe((came[k] ?? Infinity) <= turn);
        }
      }),
    );
  });

  it('wait shows every frame that arrived, where they arrive in order; its clock stands still as long as it stalls', () => {
    fc.assert(
      fc.property(ordered, buffer, (came, depth) => {
        const { turns, shown, stalls, frozenNs } = playing(came, depth, 'wait');
        expect(shown.every((at) => at !== undefined)).toBe(true);
        const stood = stalls.reduce((sum, { ns }) => sum + ns, 0);
        expect(frozenNs).toBe(stood);
        expect((shown.at(-1) as number) - (turns[0] as number)).toBe((came.length - 1) * T + stood);
      }),
    );
  });

  it('wait shows no fewer frames than skip', () => {
    const count = (shown: readonly unknown[]) => shown.filter((at) => at !== undefined).length;
    fc.assert(
      fc.property(delays.map(delayed), buffer, (came, depth) => {
        const [wait, skip] = [playing(came, depth, 'wait'), playing(came, depth, 'skip')];
        expect(count(wait.shown)).toBeGreaterThanOrEqual(count(skip.shown));
      }),
    );
  });

  it('a deeper buffer makes skip show no fewer, and wait stand still no longer', () => {
    fc.assert(
      fc.property(delays.map(delayed), ordered, buffer, buffer, (came, whole, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const frozen = (depth: number, policy: Policy, of: Arrivals['came']) => playing(of, depth, policy).frozenNs;
        const shown = (depth: number) => playing(came, depth, 'skip').shown.filter((at) => at !== undefined).length;
        expect(shown(more)).toBeGreaterThanOrEqual(shown(less));
        expect(frozen(more, 'wait', whole)).toBeLessThanOrEqual(frozen(less, 'wait', whole));
      }),
    );
  });

  it('nothing that came is nothing shown, and frozen all the time', () => {
    expect(playing([NEVER, NEVER], 20, 'wait')).toEqual({
      turns: [],
      shown: [NEVER, NEVER],
      stalls: [],
      frozenNs: 2 * T,
    });
    expect(playing([], 20, 'skip')).toEqual({ turns: [], shown: [], stalls: [], frozenNs: 0 });
  });
});
