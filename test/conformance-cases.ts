import { test } from 'vitest';
import type { ConformanceCase } from '../src/conformance/case.ts';
import type { Requirement } from './requirements.ts';

/** Registers a conformance suite with vitest; skips print their reason. */
export function register(cases: readonly ConformanceCase[], ...requirements: Requirement[]): void {
  for (const { name, skip, run } of cases) {
    test(name, { timeout: 60_000 }, async (context) => {
      for (const required of requirements) await required(context);
      if (skip !== undefined) context.skip(skip);
      await run();
    });
  }
}
