import { chmodSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowAlways, allowOnce, createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { tempDir } from '#support/temp-dir.ts';

const text = (words: string): [string, ...string[]] => ['/bin/sh', '-lc', words];

/** A program that says under which parent it runs and what it was given. */
function teller(dir: string, name: string): string {
  const path = join(dir, name);
  writeFileSync(path, '#!/bin/sh\nread -r parent </proc/$PPID/comm\necho "$parent|$0|$*"\n');
  chmodSync(path, 0o755);
  return path;
}

function bench(...names: string[]) {
  const dir = tempDir();
  const paths = names.map((name) => teller(dir, name));
  const exec = createExecBench({ plan: { searchPath: `${dir}:/usr/bin:/bin`, home: dir } });
  exec.store.edit({ rules: paths.map((pattern, at) => policyRule({ id: `r${at}`, pattern })) });
  return { ...exec, dir, paths };
}

describe('what a rule allows runs as proved (D9)', () => {
  it('one literal command runs by its real path, without the shell it was sent in', async () => {
    const { run, desk, paths, rows } = bench('tell');
    const result = await run({ argv: text("tell 'a  b' c") });
    expect(desk.asked).toEqual([]);
    const [path = ''] = paths;
    expect(result).toMatchObject({ ok: true, payload: { success: true } });
    const stdout = result.ok ? result.payload.stdout.trim() : '';
    expect(stdout).toContain(`|${path}|a  b c`);
    expect(stdout.split('|')[0]).not.toMatch(/^(?:sh|dash|bash)$/);
    expect(rows).toMatchObject([{ decidedBy: 'rule', ruleId: 'r0' }]);
  });

  it('a list runs in a plain shell, under the PATH its programs were found with', async () => {
    const { run, desk, rows } = bench('one', 'two');
    const result = await run({ argv: text('one 1 && two 2 | cat'), env: {} });
    // cat is no safe bin and has no rule.
    expect(desk.asked).toHaveLength(1);
    expect(result.ok).toBe(false);
    const allowed = await run({ argv: text('one 1 && two 2 | head -n 1') });
    expect(allowed).toMatchObject({ ok: true });
    const lines = allowed.ok ? allowed.payload.stdout.trim().split('\n') : [];
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^(?:sh|dash|bash)\|.*\/one\|1$/);
    expect(rows.at(-1)).toMatchObject({ decidedBy: 'rule', ruleId: 'r0 r1' });
  });

  it('after `cd FOLDER &&` in that folder, which is what the rule has to name', async () => {
    const { run, desk, dir, store } = bench();
    mkdirSync(join(dir, 'repo'));
    const cwd = join(dir, 'repo');
    store.edit({ rules: [policyRule({ pattern: '/usr/bin/pwd', cwd })] });
    for (const words of ['cd repo && pwd', `cd ${cwd} && pwd; pwd`]) {
      const result = await run({ argv: text(words) });
      expect(result.ok && new Set(result.payload.stdout.trim().split('\n'))).toEqual(
        new Set([cwd]),
      );
    }
    expect(desk.asked).toEqual([]);
    await run({ argv: text('pwd') });
    await run({ argv: text('cd repo && cd .. && pwd') });
    await run({ argv: text('cd missing && pwd') });
    expect(desk.asked).toHaveLength(3);
  });

  it('after `cd FOLDER &&` not at all when the folder is another one by then (S11)', async () => {
    const { run, desk, dir } = bench();
    mkdirSync(join(dir, 'repo'));
    desk.answerWith(() => {
      renameSync(join(dir, 'repo'), join(dir, 'gone'));
      mkdirSync(join(dir, 'repo'));
      return allowOnce;
    });
    expect(await run({ argv: text('cd repo && pwd') })).toMatchObject({
      ok: false,
      error: { reason: 'approval-stale' },
    });
  });

  it('a list that is changed on disk between the question and the run does not run', async () => {
    const { run, desk, dir } = bench('one');
    desk.answerWith(() => {
      teller(dir, 'new');
      writeFileSync(join(dir, 'one'), '#!/bin/sh\necho changed\n');
      return allowOnce;
    });
    expect(await run({ argv: text('one && uname') })).toMatchObject({
      ok: false,
      error: { reason: 'approval-stale' },
    });
  });
});

describe('what a person allows runs as asked (D9)', () => {
  it('with the shell that was named, login or not', async () => {
    const { run, desk } = createExecBench();
    desk.answerWith(() => allowOnce);
    expect(await run({ argv: ['/bin/sh', '-c', 'echo $((6 * 7)) "$0"'] })).toMatchObject({
      ok: true,
      payload: { stdout: '42 /bin/sh\n' },
    });
  });

  it('"always" stores a rule for every command that had none, and then it sticks', async () => {
    const { run, desk, store } = createExecBench();
    const cwd = realpathSync(tempDir());
    desk.answerWith(() => allowAlways);
    const argv = text('uname -s && printf %s x | wc -c');
    await run({ argv, cwd });
    expect(desk.asked[0]?.subject.always).toEqual([
      `/usr/bin/uname with exactly: -s, only in ${cwd}.`,
      `/usr/bin/printf with exactly: %s x, only in ${cwd}.`,
    ]);
    expect(store.rules).toMatchObject([
      { pattern: '/usr/bin/uname' },
      { pattern: '/usr/bin/printf' },
    ]);
    expect(await run({ argv, cwd })).toMatchObject({ ok: true, payload: { stdout: 'Linux\n1\n' } });
    expect(await run({ argv: text('printf %s x'), cwd })).toMatchObject({ ok: true });
    expect(desk.asked).toHaveLength(1);
  });
});
