import { defineConfig } from 'vitest/config';

/** These start the program too, but what they assert does not depend on how fast it is: several at once. */
const PROGRAM = [
  'bad-input',
  'chat',
  'features',
  'file-transfer',
  'kill',
  'lab',
  'lab-terminal',
  'link',
  'oneway',
  'plugin',
  'qlog',
  'report',
  'shim',
  'socket-types',
  'user',
  'warm-up',
  'words-docs',
].map((name) => `test/e2e/${name}.test.ts`);

/** These replace a module, which must not happen to others. */
const MOCKING = ['test/endpoint/qlog.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...MOCKING],
          // Tests share two cores in CI: several files at once are fine, one per core is not needed.
          maxWorkers: 2,
          // A process for each file, that imports everything anew, takes as long as the tests.
          isolate: false,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'mocking',
          include: MOCKING,
          maxWorkers: 2,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'program',
          include: PROGRAM,
          globalSetup: 'test/e2e/built.ts',
          // Much of their time is waiting for processes to start and to end.
          maxWorkers: 3,
          maxConcurrency: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: PROGRAM,
          globalSetup: 'test/e2e/built.ts',
          // They measure: after all others, and one file at a time.
          fileParallelism: false,
          maxConcurrency: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
