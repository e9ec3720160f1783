import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root, runTool } from './run-tool.ts';

/**
 * `npm start`: the desktop companion where it can run, else the headless one, said in one line
 * (decision D11). The desktop shell is not part of this version.
 */
if (!existsSync(`${root}out/cli/openclaw-companion.mjs`)) {
  const built = runTool('vite', ['build', '--logLevel', 'warn']);
  if (built !== 0) process.exit(built);
}
console.error('The desktop window is not part of this version: starting the headless companion.');
const companion = spawn(
  process.execPath,
  [`${root}out/cli/openclaw-companion.mjs`, '--headless', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => companion.kill(signal));
}
companion.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
