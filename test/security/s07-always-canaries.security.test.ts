import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AlwaysScope } from '#core/approvals/types.ts';
import { realPattern } from '#host/policy/real-paths.ts';
import { createAttackBench } from '#support/attack-bench.ts';
import { allowAlways, createExecBench } from '#support/exec-host.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A real store and real programs: one answer "always", then nobody any more. */
async function scene() {
  const { store, document } = await openTestStore();
  const home = tempDir();
  const bench = createExecBench({ deps: { store }, plan: { home } });
  const { run, desk } = bench;
  return {
    document,
    async always(argv: readonly [string, ...string[]], cwd: string, scope: AlwaysScope) {
      const grant = { scopes: [scope], lasts: 'until-removed', everyAgent: false } as const;
      desk.answerWith(() => ({ ...allowAlways, grant }));
      const { ok } = await run({ argv, cwd });
      desk.answerWith(() => ({ kind: 'expired' }));
      return ok;
    },
    runs: async (argv: readonly [string, ...string[]], cwd: string) =>
      (await run({ argv, cwd })).ok,
    asked: () => desk.asked.at(-1),
  };
}

/** Nothing of whoever runs the tests. */
const gitEnv = { PATH: '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

const shell = (text: string) => ['/bin/sh', '-c', text] as const;

it.each([' ', '\t', '\n', '\u{A0}', '\u{FEFF}', '\u{2003}'])(
  'S15: a program whose name ends with %j earns no rule, which would name the one without it',
  async (blank) => {
    const { always, runs, asked } = await scene();
    const dir = tempDir();
    const [padded, plain] = [join(dir, `tool${blank}`), join(dir, 'tool')];
    copyFileSync('/usr/bin/true', padded);
    copyFileSync('/usr/bin/id', plain);
    await always(shell(`'${padded}' a`), dir, 'exact-here');
    expect(await runs([plain, 'a'], dir)).toBe(false);
    await runs(shell(`'${padded}' a`), dir);
    expect(asked()?.offered).toEqual(['allow-once', 'deny']);
  },
);

it('S15: nor can a person add one through a link to it', async () => {
  const dir = tempDir();
  copyFileSync('/usr/bin/true', join(dir, 'tool '));
  symlinkSync('tool ', join(dir, 'link'));
  await expect(realPattern(join(dir, 'link'))).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

it('S10: `git status` earns no rule for any folder, where another repository says what it runs', async () => {
  const { always, runs, asked } = await scene();
  const [mine, theirs] = [tempDir(), tempDir()];
  const canary = join(tempDir(), 'canary');
  const git = (...args: string[]) => execFileSync('git', args, { env: gitEnv });
  for (const dir of [mine, theirs]) git('init', '-q', dir);
  git('-C', theirs, 'config', 'core.fsmonitor', `touch ${canary}; false`);
  expect(await always(['git', 'status'], mine, 'exact-anywhere')).toBe(false);
  expect(await always(['git', 'status'], mine, 'exact-here')).toBe(true);
  expect(await runs(['git', 'status'], mine)).toBe(true);
  expect(await runs(['git', 'status'], theirs)).toBe(false);
  expect(existsSync(canary)).toBe(false);
  expect(asked()?.subject.offers?.[0]?.choices).toHaveLength(1);
});

it.each([
  ['x86_64-linux-gnu-gcc-12', ['-fplugin=./evil.so', 'a.c']],
  ['openssl', ['rand', '-engine', './evil.so', '1']],
  ['ssh-keygen', ['-D', './evil.so']],
  ['dc', ['-e', '!id']],
  ['eslint', ['.']],
  ['webpack', []],
  ['prove', ['t/evil.t']],
  ['dpkg', ['-i', 'evil.deb']],
] as const)('S10: %s earns no rule for any arguments', async (name, args) => {
  const bench = createAttackBench([name], (bin) => [{ pattern: `${bin}/${name}` }]);
  // And one that is there already does not speak of these.
  expect(await bench.attack([name, ...args])).toMatchObject({ asked: true, ran: false });
  const choices = bench.desk.asked[0]?.subject.offers?.[0]?.choices ?? [];
  expect(choices.map(({ scope }) => scope)).toEqual(['exact-here']);
});

it.each([
  ['fakeroot-sysv', ['id']],
  ['systemd-cat', ['id']],
  ['systemd-inhibit', ['id']],
  ['msgexec', ['id']],
  ['xterm', ['-e', 'id']],
  ['lli', ['evil.bc']],
] as const)('S7: %s runs what its arguments say, so it earns no rule', async (name, args) => {
  const bench = createAttackBench([name], (bin) => [{ pattern: `${bin}/${name}` }]);
  const result = await bench.attack([name, ...args]);
  expect(result).toMatchObject({ asked: true, ran: false, offersAlways: false });
});
