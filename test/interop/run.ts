import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
const status = runTool(
  'vitest',
  [
    'run',
    '--config',
    'test/interop/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ],
  { OPENCLAW_INTEROP_DIR: peers },
);

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
}

const report = JSON.parse(readFileSync(results, 'utf8')) as Report;
const rows = report.testResults.flatMap((file) => file.assertionResults);
console.log('\nresult   seconds  with the real peers');
for (const row of rows) {
  const seconds = ((row.duration ?? 0) / 1_000).toFixed(1).padStart(7);
  console.log(`${row.status.padEnd(8)} ${seconds}  ${row.title}`);
}
const passed = rows.filter((row) => row.status === 'passed').length;
console.log(`\n${passed} passed, ${rows.length - passed} failed`);
process.exit(status);
