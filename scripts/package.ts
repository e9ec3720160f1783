import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { root, runTool } from './run-tool.ts';

/** `npm run package`: builds both programs and packs them into `dist/` as an installable archive. */
const built = runTool('vite', ['build', '--logLevel', 'warn']);
if (built !== 0) process.exit(built);
mkdirSync(`${root}dist`, { recursive: true });
const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', 'dist'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(packed.status ?? 1);
