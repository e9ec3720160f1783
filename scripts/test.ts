import { rmSync } from 'node:fs';
import { ensureChromium } from './chromium.ts';
import { cacheDir, runTool } from './run-tool.ts';

/** `npm test [-- PROJECT…]`: sets up what the tests need, builds, runs every tier. */
const projects = process.argv.slice(2).flatMap((name) => ['--project', name]);

// A run that fails before its first test must not leave the figures of the one before.
const results = `${cacheDir}test-results.json`;
rmSync(results, { force: true });

let chromium: string;
try {
  chromium = ensureChromium();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

for (const tool of ['vite', 'electron-vite']) {
  const built = runTool(tool, ['build', '--logLevel', 'warn']);
  if (built !== 0) process.exit(built);
}

process.exit(
  runTool(
    'vitest',
    ['run', ...projects, '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    { OPENCLAW_TEST_CHROMIUM: chromium },
  ),
);
