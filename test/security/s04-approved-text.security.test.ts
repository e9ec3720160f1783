import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('S4: the text that is approved is the argv that runs', () => {
  it.each([
    [['/bin/rm', '-rf', 'x'], 'ls'],
    [['/bin/sh', '-c', 'rm -rf x'], 'ls'],
    [['/bin/sh', '-c', 'echo ok', 'sh', '$(id)'], 'echo ok'],
    [['/usr/bin/env', 'sh', '-c', 'echo ok'], 'echo ok'],
    [['/bin/echo', 'a', 'b'], '/bin/echo "a b"'],
  ] as const)('refuses %j under the name %j, without asking', async (argv, rawCommand) => {
    const { run, desk } = createExecBench();
    expect(await run({ argv: [...argv], rawCommand })).toEqual({
      ok: false,
      error: {
        code: 'INVALID_REQUEST',
        message: 'INVALID_REQUEST: rawCommand does not match command',
        reason: 'invalid',
      },
    });
    expect(desk.asked).toEqual([]);
  });

  it('shows every token, also those behind a script', async () => {
    const { run, desk } = createExecBench();
    const argv = ['/bin/sh', '-c', 'echo ok', 'sh', '$(id)'] as const;
    await run({ argv: [...argv] });
    expect(desk.asked[0]?.subject).toMatchObject({
      argv,
      commandText: '/bin/sh -c "echo ok" sh "$(id)"',
    });
  });

  it('shows the argv, not the script a caller names as the command', async () => {
    const { run, desk } = createExecBench();
    await run({ argv: ['/bin/sh', '-lc', 'echo hi'], rawCommand: 'echo hi' });
    expect(desk.asked[0]?.subject.commandText).toBe('/bin/sh -lc "echo hi"');
  });

  it('keeps a trailing space apart from the name without it', async () => {
    const dir = tempDir();
    for (const name of ['tool', 'tool ']) {
      copyFileSync('/bin/true', join(dir, name));
      chmodSync(join(dir, name), 0o755);
    }
    const { run, desk } = createExecBench();
    await run({ argv: [`${dir}/tool`, 'x'] });
    await run({ argv: [`${dir}/tool`, 'x '] });
    expect(await run({ argv: [`${dir}/tool `, 'x'] })).toMatchObject({
      error: { message: 'executable has surrounding whitespace' },
    });
    const [plain, padded] = desk.asked;
    expect(desk.asked).toHaveLength(2);
    expect(padded?.subject.commandText).toBe(`${dir}/tool "x "`);
    expect(padded?.planDigest).not.toBe(plain?.planDigest);
  });

  it('runs the frozen argv even when the caller changes its array while a person reads', async () => {
    const { run, desk } = createExecBench();
    const good = canaryCommand();
    const evil = canaryCommand();
    const argv: [string, ...string[]] = [...good.argv];
    desk.answerWith(() => {
      argv[1] = evil.argv[1] ?? '';
      return allowOnce;
    });
    await run({ argv });
    expect(evil.ran()).toBe(false);
  });
});
