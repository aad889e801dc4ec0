import { describe, expect, it } from 'vitest';
import { promise, type Target } from './fuzz/case.ts';
import { FuzzFailure, fuzz, fuzzCase, fuzzTargets } from './fuzz/driver.ts';

/** `npm run fuzz` runs a million, of any seed. */
const SEED = 20_261;
/** Inputs: an engine sends much for each. */
const SHARES: Readonly<Record<string, number>> = { engine: 7000, parts: 12_000, network: 11_000 };

/**
 * Nothing in this protocol is authenticated: whoever knows a connection's id can fool both ends about their data, end the connection, or make
 * it last. No datagram, however, may make an endpoint throw, loop, or take more memory than its window and some; and who does not know
 * the id changes nothing that is delivered.
 */
describe('hostile datagrams', () => {
  const titles: Readonly<Record<string, string>> = {
    engine: 'do not make an engine throw, loop, say what is malformed or stay for ever, though the id on them is right',
    parts: 'take no more memory than a window, and leave the books balanced',
    network:
      'change nothing that a live flow delivers, unless they were forged with its id; and then nothing throws or loops',
  };
  for (const target of fuzzTargets) {
    it(titles[target.name], () => {
      const most = SHARES[target.name];
      let inputs = 0;
      for (let number = 0; inputs < most; number++) inputs += fuzzCase(SEED, number, [target]);
      expect(inputs).toBeGreaterThanOrEqual(most);
    });
  }

  it('do not make a client repeat its proof without end, though an ACK has shown a round trip of no time', () => {
    expect(fuzzCase(692_026_365, 12)).toBeGreaterThan(0);
  });
});

describe('the fuzzer', () => {
  const fragile: Target = {
    name: 'fragile',
    run(random, inputs, most) {
      while (inputs.count < most) {
        const bytes = random.bytes(3);
        inputs.note(bytes);
        promise(bytes[0] !== 0xff || bytes[1] < 0xf0, () => 'it broke');
      }
    },
  };
  const failure = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof FuzzFailure) return error.message;
      throw error;
    }
    return 'none';
  };

  it('tells the seed and the case of a broken promise, and the input; that case alone breaks it again', () => {
    let number = 0;
    const first = failure(() => {
      for (; ; number++) fuzzCase(SEED, number, [fragile]);
    });
    expect(first).toMatch(new RegExp(`^fragile: it broke \\(seed ${SEED}, case ${number}, input \\d+: fff.{3}\\)`));
    expect(first).toContain(`npm run fuzz -- ${SEED} ${number}`);
    expect(failure(() => fuzzCase(SEED, number, [fragile]))).toBe(first);
  });

  it('does the same again for the same seed', () => {
    const counts = (seed: number): number[] => [...fuzz(seed, 1500)];
    expect(counts(1)).toEqual(counts(1));
    expect(counts(1).at(-1)).toBeGreaterThanOrEqual(1500);
  });
});
