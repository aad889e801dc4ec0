import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coefficient, MOST_SYMBOLS, productsOf, SymbolSums } from '../../../../src/transports/rudp/fec/code.ts';
import { divide, invert, multiply } from '../../../../src/transports/rudp/fec/gf256.ts';

/** Polynomials over GF(2), modulo x^8 + x^4 + x^3 + x^2 + 1, one bit at a time. */
function slowProduct(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product <<= 1;
    if (product & 0x100) product ^= 0x11d;
    if (b & (1 << bit)) product ^= a;
  }
  return product;
}

const some = <T>(from: readonly T[], count: number): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...from], { minLength: count, maxLength: count });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A block of k + r symbols, and n members of it that are replaced by n repairs. */
const erasure = fc
  .tuple(fc.integer({ min: 1, max: MOST_SYMBOLS - 1 }), fc.integer({ min: 1, max: 12 }))
  .chain(([k, wanted]) => {
    const r = Math.min(wanted, MOST_SYMBOLS - k);
    return fc.integer({ min: 1, max: Math.min(k, r) }).chain((n) =>
      fc.record({
        k: fc.constant(k),
        r: fc.constant(r),
        members: some(upTo(k), n),
        repairs: some(upTo(r), n),
      }),
    );
  });

describe('GF(256)', () => {
  it('multiplies as polynomials do, and divides back', () => {
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b++) {
        if (multiply(a, b) !== slowProduct(a, b)) expect.fail(`${a} * ${b} is ${multiply(a, b)}`);
        if (b > 0 && multiply(divide(a, b), b) !== a) expect.fail(`${a} / ${b} is ${divide(a, b)}`);
      }
    }
  });

  it('inverts every square part of the code, of rows and columns in any order', () => {
    fc.assert(
      fc.property(erasure, ({ members, repairs }) => {
        const n = members.length;
        const part = Uint8Array.from({ length: n * n }, (_, i) =>
          coefficient(repairs[Math.floor(i / n)], members[i % n]),
        );
        const inverse = invert(part.slice(), n);
        for (let row = 0; row < n; row++) {
          for (let column = 0; column < n; column++) {
            let sum = 0;
            for (let i = 0; i < n; i++) sum ^= multiply(part[row * n + i], inverse[i * n + column]);
            expect(sum).toBe(row === column ? 1 : 0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('inverts a matrix with zeros on its diagonal', () => {
    expect([...invert(Uint8Array.of(0, 2, 1, 0), 2)]).toEqual([0, 1, divide(1, 2), 0]);
  });

  it('adds members up to a parity in the first repair', () => {
    for (let i = 0; i < MOST_SYMBOLS; i++) expect(coefficient(0, i)).toBe(1);
  });
});

describe('SymbolSums', () => {
  it('adds weighted symbols of any length, as one byte at a time does', () => {
    const input = fc.record({
      weights: fc.uint8Array({ minLength: 7, maxLength: 7 }),
      position: fc.nat(9),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    const round = fc.record({ count: fc.integer({ min: 1, max: 7 }), inputs: fc.array(input, { maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 4 }), (rounds) => {
        const sums = new SymbolSums(7);
        for (const { count, inputs } of rounds) {
          sums.clear(count);
          const expected = upTo(count).map(() => new Uint8Array(50));
          for (const { weights, position, bytes } of inputs) {
            const padded = Uint8Array.of(1, 2, 3, ...bytes, 4);
            sums.add(
              productsOf(count, (sum) => weights[sum]),
              position,
              padded,
              3,
              bytes.length,
            );
            expected.forEach((sum, j) => {
              bytes.forEach((byte, i) => {
                sum[position + i] ^= slowProduct(weights[j], byte);
              });
            });
          }
          expect(sums.length).toBe(Math.max(0, ...inputs.map(({ position, bytes }) => position + bytes.length)));
          expected.forEach((sum, j) => {
            const into = new Uint8Array(52).fill(0x55);
            sums.addTo(j, sums.length, into, 1);
            expect(into).toEqual(Uint8Array.from(into, (_, i) => 0x55 ^ (i > 0 && i <= sums.length ? sum[i - 1] : 0)));
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});
