import { expect } from 'vitest';
import { imbalance } from '../../src/record/account.ts';
import type { DirectionAccount } from '../../src/record/schema.ts';

/**
 * Bernstein's inequality for X ~ Bin(n, p): P(|X - np| > t) <= 2 exp(-t^2 / (2np(1-p) + 2t/3)), which is one in a million
 * at t = L/3 + sqrt(L^2/9 + 2np(1-p)L) with L = ln(2e6) = 14.5. Holds for every n, unlike a normal approximation.
 */
export function expectBinomial(successes: number, n: number, p: number): void {
  const logarithm = Math.log(2e6);
  const t = logarithm / 3 + Math.sqrt((logarithm / 3) ** 2 + 2 * n * p * (1 - p) * logarithm);
  expect(successes).toBeGreaterThanOrEqual(n * p - t);
  expect(successes).toBeLessThanOrEqual(n * p + t);
}

/** Nothing that entered a link is unaccounted for. */
export function expectBalanced(account: DirectionAccount): void {
  expect(imbalance(account)).toBe(0);
}
