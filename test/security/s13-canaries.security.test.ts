import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectOperator } from '#support/chain.ts';
import { startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

interface Attack {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Variables with which a harmless command does what they say. Each leaves a file in `loot`; those
 * that need a file of their own find it in `dir`.
 */
function attacks(dir: string, loot: string): Readonly<Record<string, Attack>> {
  const file = (name: string, text: string, mode = 0o644) => {
    writeFileSync(join(dir, name), text, { mode });
    return join(dir, name);
  };
  const touch = (name: string) => `/usr/bin/touch ${join(loot, name)}`;
  const require = file('evil.cjs', `require('fs').writeFileSync('${join(loot, 'node')}', '');\n`);
  file('Evil.pm', `system('${touch('perl')}'); 1;\n`);
  file('uname', `#!/bin/sh\n${touch('path')}\n`, 0o755);
  file('.bash_profile', `${touch('home')}\n`);
  return {
    BASH_ENV: {
      argv: ['/bin/bash', '-c', ':'],
      env: { BASH_ENV: file('bash-env', `${touch('bash-env')}\n`) },
    },
    ENV: {
      argv: ['/bin/sh', '-i', '-c', ':'],
      env: { ENV: file('env', `${touch('env')}\n`) },
    },
    'an exported function': {
      argv: ['/bin/bash', '-c', 'ls'],
      env: { 'BASH_FUNC_ls%%': `() { ${touch('function')}; }` },
    },
    PATH: { argv: ['/bin/sh', '-c', 'uname'], env: { PATH: dir } },
    HOME: { argv: ['/bin/bash', '-l', '-c', ':'], env: { HOME: dir } },
    'PERL5LIB and PERL5OPT': {
      argv: ['/usr/bin/perl', '-e', '1'],
      env: { PERL5LIB: dir, PERL5OPT: '-MEvil' },
    },
    NODE_OPTIONS: {
      argv: [process.execPath, '-e', ''],
      env: { NODE_OPTIONS: `--require=${require}` },
    },
    'LD_DEBUG_OUTPUT, read by the loader itself': {
      argv: ['/bin/true'],
      env: { LD_DEBUG: 'statistics', LD_DEBUG_OUTPUT: join(loot, 'ld') },
    },
  };
}

function scene() {
  const root = tempDir();
  const [dir, loot] = [join(root, 'evil'), join(root, 'loot')];
  mkdirSync(dir);
  mkdirSync(loot);
  return { attacks: Object.entries(attacks(dir, loot)), loot: () => readdirSync(loot) };
}

describe('S13: variables that make a harmless command do something else', () => {
  it('work, every one of them, where nothing filters them', () => {
    const { attacks: all, loot } = scene();
    for (const [at, [name, { argv, env }]] of all.entries()) {
      // No pipes: bash takes a socket on stdin for rsh, and then reads no BASH_ENV.
      spawnSync(argv[0], argv.slice(1), {
        stdio: 'ignore',
        env: { PATH: '/usr/bin:/bin', ...env },
      });
      expect(loot(), name).toHaveLength(at + 1);
    }
  });

  it('do nothing to a command that a person allowed, over either transport', async () => {
    const { attacks: all, loot } = scene();
    const companion = await startCompanion({ decide: 'allow-once' });
    const host = await startNodeHost(companion);
    const operator = await connectOperator(companion);
    for (const nodeId of [companion.ready.nodeId, host.nodeId]) {
      for (const [name, { argv, env }] of all) {
        const answer = await operator.request('node.invoke', {
          nodeId,
          command: 'system.run',
          params: { command: argv, env },
          idempotencyKey: `${nodeId} ${name}`,
        });
        expect(answer, name).toMatchObject({ ok: true, payload: { payload: { success: true } } });
        expect(loot(), name).toEqual([]);
      }
    }
  });
});
