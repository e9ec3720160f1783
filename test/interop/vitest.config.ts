import { defineConfig } from 'vitest/config';

/** The suite with the real peers is no part of `npm test`: it needs 2.3 GB of packages. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/interop/**/*.interop.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
