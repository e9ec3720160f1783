import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

const node = (name: string, include: string[], testTimeout: number, isolate = true) => ({
  test: {
    name,
    include,
    environment: 'node' as const,
    setupFiles: ['test/support/set-up.ts'],
    // As there: a poll waits for a condition, not for a time.
    expect: { poll: { timeout: patienceMs } },
    isolate,
    testTimeout,
    hookTimeout: testTimeout,
  },
});

/** One project per tier, so that `npm test` can name the tier a failure belongs to. */
export default defineConfig({
  test: {
    reporters: ['default'],
    maxWorkers: 3,
    projects: [
      node('architecture', ['test/architecture/**/*.test.ts'], 20_000),
      // Pure code keeps nothing between files: loading it once per worker takes a third of the time.
      node('unit', ['test/unit/**/*.test.ts'], 20_000, false),
      node('packaging', ['test/packaging/**/*.test.ts'], 20_000),
      node('contract', ['test/contract/**/*.test.ts'], 20_000, false),
      node('integration', ['test/integration/**/*.test.ts'], 90_000),
      node('security', ['test/security/**/*.test.ts'], 90_000),
      node('renderer', ['test/renderer/**/*.test.ts'], 90_000),
      node('desktop', ['test/desktop/**/*.test.ts'], 90_000),
    ],
  },
});
