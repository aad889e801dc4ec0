import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests measure and share two cores in CI: several files at once are fine, one per core is not needed.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
