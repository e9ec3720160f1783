import { describe, expect, it } from 'vitest';
import { runCli, startCompanion, startNodeHost } from '#support/programs.ts';

/** Asked for by the caller; only the last two are harmless (S13). */
const asked = {
  PATH: '/evil',
  HOME: '/evil',
  BASH_ENV: '/evil',
  LD_PRELOAD: '/evil.so',
  DYLD_INSERT_LIBRARIES: '/evil.dylib',
  NODE_OPTIONS: '--require=/evil',
  GIT_SSH_COMMAND: 'evil',
  ld_library_path: '/evil',
  ' LD_PRELOAD': '/evil.so',
  TERM: 'xterm-evil-not',
  LANG: 'C',
};

describe('S13: the environment of a command', () => {
  it('takes from the caller only what is on the list, and nothing from our own start', async () => {
    const companion = await startCompanion({
      decide: 'allow-once',
      env: { LD_LIBRARY_PATH: '', NODE_OPTIONS: '--no-warnings', OPENCLAW_GATEWAY_TOKEN: 'ours' },
    });
    const host = await startNodeHost(companion);
    const params = JSON.stringify({ command: ['/usr/bin/env'], env: asked });
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const { code, stdout } = await runCli(companion.stateDir, [
        ...['invoke', '--node', node, '--command', 'system.run', '--params', params],
      ]);
      expect(code).toBe(0);
      const environment = (JSON.parse(stdout) as { stdout: string }).stdout;
      expect(environment).toContain('TERM=xterm-evil-not\n');
      expect(environment).not.toMatch(/\/evil|=evil|evil\.so/);
      expect(environment).not.toMatch(/^(NODE_OPTIONS|OPENCLAW_|LD_)/m);
    }
  });
});
