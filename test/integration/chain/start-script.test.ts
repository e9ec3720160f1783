import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitForEnd } from '#support/chain.ts';
import { type ReadyLine, startScript } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

it('npm start says in one line what it starts, and ends with it (D11)', async () => {
  const stateDir = tempDir();
  const env = { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' };
  const script = startScript('start', ['--port', '0', '--state-dir', stateDir], env);
  const ready = await script.line<ReadyLine>((line) => line.event === 'ready');
  expect(script.stderr()).toMatch(/^[^\n]*headless[^\n]*\n$/);
  script.child.kill('SIGTERM');
  expect(await script.exited).toBe(0);
  await waitForEnd(ready.pid);
  expect(existsSync(ready.execSocket)).toBe(false);
  expect(readFileSync(join(stateDir, 'config.json'), 'utf8')).toContain('"token"');
});

it('npm start passes a failure on', async () => {
  const script = startScript('start', ['--headless', '--port', 'x']);
  expect(await script.exited).toBe(2);
  expect(script.stderr()).toContain('--port must be a port');
});
