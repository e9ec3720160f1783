import { describe, expect, it } from 'vitest';
import { injectedEnvironment } from '#support/injected-environment.ts';
import { runCli, startCompanion, startNodeHost } from '#support/programs.ts';

/** Every name of the row in every spelling, and two that are harmless. */
const asked = { ...injectedEnvironment(), TERM: 'xterm-asked', LANG: 'C' };

/** What our own process was started with; none of it is the command's business. */
const inherited = {
  ...{ LD_LIBRARY_PATH: '', BASH_ENV: 'INHERITED', ENV: 'INHERITED', PS4: 'INHERITED' },
  ...{ SHELLOPTS: 'INHERITED', IFS: 'INHERITED', PYTHONSTARTUP: 'INHERITED', CC: 'INHERITED' },
  ...{ GIT_SSH_COMMAND: 'INHERITED', npm_config_registry: 'INHERITED', perl5opt: 'INHERITED' },
  ...{ SSH_ASKPASS: 'INHERITED', PIP_INDEX_URL: 'INHERITED', DYLD_LIBRARY_PATH: 'INHERITED' },
  ...{ RUBYOPT: 'INHERITED', SHELL: 'INHERITED', GITHUB_TOKEN: 'INHERITED', 'a b': 'INHERITED' },
  ...{ NODE_OPTIONS: '--no-warnings', OPENCLAW_GATEWAY_TOKEN: 'INHERITED' },
};

describe('S13: the environment of a command', () => {
  it('takes from the caller only what is on the list, and nothing from our own start', async () => {
    const companion = await startCompanion({ decide: 'allow-once', env: inherited });
    const host = await startNodeHost(companion);
    const params = JSON.stringify({ command: ['/usr/bin/env'], env: asked });
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const { code, stdout } = await runCli(companion.stateDir, [
        ...['invoke', '--node', node, '--command', 'system.run', '--params', params],
      ]);
      expect(code).toBe(0);
      const environment = (JSON.parse(stdout) as { stdout: string }).stdout;
      const names = environment.split('\n').map((line) => line.slice(0, line.indexOf('=')));
      expect(environment).toContain('TERM=xterm-asked\n');
      expect(environment).not.toMatch(/INJECTED|INHERITED/);
      expect(names.filter(Boolean).sort()).toEqual(['HOME', 'LANG', 'PATH', 'TERM']);
    }
  });
});
