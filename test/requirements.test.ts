import { afterEach, expect, type TestContext, test, vi } from 'vitest';
import { requirement } from './requirements.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

class Skipped extends Error {}

/** A context whose `skip` throws, as vitest's does. */
const context = {
  skip(note: string): never {
    throw new Skipped(note);
  },
} as unknown as TestContext;

test('what is there lets the test run, and is probed once', async () => {
  const probe = vi.fn(() => undefined);
  const needed = requirement('a thing', probe);
  await needed(context);
  await needed(context);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('what is missing skips the test and prints the reason', async () => {
  vi.stubEnv('NETDUEL_REQUIRE', '');
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const needed = requirement('a thing', () => 'not installed');
  await expect(needed(context)).rejects.toThrow(new Skipped('a thing: not installed'));
  expect(warn).toHaveBeenCalledWith('skipped: a thing: not installed');
});

test('what is missing fails the test under NETDUEL_REQUIRE=all', async () => {
  vi.stubEnv('NETDUEL_REQUIRE', 'all');
  const needed = requirement('a thing', () => 'not installed');
  await expect(needed(context)).rejects.toThrow(/NETDUEL_REQUIRE=all.*a thing.*not installed/);
});
