import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { cacheDir, root, runTool } from '../../scripts/run-tool.ts';

/**
 * `npm run test:interop`: installs OpenClaw's released gateway, node host and CLI into a cache
 * folder, runs them against ours, prints a table of what passed.
 */
const peers = process.env.OPENCLAW_INTEROP_DIR ?? `${cacheDir}interop`;

if (!existsSync(`${peers}/env9.sh`)) {
  console.error(`Installing the released OpenClaw peers into ${peers} (2.3 GB, a few minutes).`);
  const setup = spawnSync('bash', [`${root}test/interop/peers/setup.sh`, peers, '--latest'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (setup.status !== 0) {
    console.error('NOT RUN: the peers could not be installed; is the package registry reachable?');
    process.exit(1);
  }
}

const built = runTool('vite', ['build', '--logLevel', 'warn']);
if (built !== 0) process.exit(built);

const results = `${cacheDir}interop-results.json`;
rmSync(results, { force: true });
const status = runTool(
  'vitest',
  [
    'run',
    '--config',
    'test/interop/vitest.config.ts',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ],
  { OPENCLAW_INTEROP_DIR: peers },
);
if (!existsSync(results)) {
  console.error('NOT RUN: the tests ended without results.');
  process.exit(status || 1);
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
}

const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as Report;
console.log('\nresult   seconds  with the real peers');
for (const { name, assertionResults } of testResults) {
  console.log(`\n${basename(name, '.interop.test.ts')}`);
  for (const { title, status: result, duration = 0 } of assertionResults) {
    console.log(`${result.padEnd(8)} ${(duration / 1_000).toFixed(1).padStart(7)}  ${title}`);
  }
}
const rows = testResults.flatMap((file) => file.assertionResults);
const passed = rows.filter((row) => row.status === 'passed').length;
console.log(`\n${passed} passed, ${rows.length - passed} failed`);
process.exit(status);
