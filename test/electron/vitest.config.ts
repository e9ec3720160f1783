import { defineConfig } from 'vitest/config';

/** Needs a real Electron and a screen: no part of `npm test` (scripts/test-electron.ts starts it). */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/electron/**/*.electron.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
