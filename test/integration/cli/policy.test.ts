import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '#host/store/file-lock.ts';
import { systemClock } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { canaryCommand } from '#support/exec-host.ts';
import { runCli, startCompanion } from '#support/programs.ts';
import { startInPty } from '#support/pty.ts';
import { tempDir } from '#support/temp-dir.ts';

const mac = fileURLToPath(new URL('../../../out/cli/openclaw-mac.mjs', import.meta.url));

/** A companion, its document, and `openclaw-mac policy` with and without a terminal. */
async function companion() {
  const running = await startCompanion();
  const { stateDir } = running;
  const path = join(stateDir, 'exec-approvals.json');
  return {
    ...running,
    path,
    document: () => JSON.parse(readFileSync(path, 'utf8')) as ApprovalsDocument,
    policy: (...args: string[]) => runCli(stateDir, ['policy', ...args]),
    onTerminal: (...args: string[]) =>
      startInPty([process.execPath, mac, '--state-dir', stateDir, 'policy', ...args]),
  };
}

describe('openclaw-mac policy without a terminal', () => {
  it('refuses whatever allows more, with every sentence, and writes nothing (S17)', async () => {
    const { policy, document } = await companion();
    const before = document();
    const everything = join(tempDir(), 'everything.json');
    writeFileSync(everything, JSON.stringify({ version: 1, defaults: { security: 'full' } }));
    for (const [args, sentence] of [
      [['add', '/usr/bin/uname'], 'uname" with any arguments'],
      [['add', 'uname', '--agent', '*'], 'Every agent (*)'],
      [['set-default', '--security', 'full'], 'security goes from allowlist to full'],
      [['set-default', '--agent', 'x', '--ask', 'off'], 'Agent "x": ask goes from'],
      [['set-default', '--auto-allow-skills', 'on'], 'autoAllowSkills goes from false to true'],
      [['import', everything], 'security goes from allowlist to full'],
    ] as const) {
      const result = await policy(...args);
      expect({ args, ...result }).toMatchObject({ args, code: 126, stdout: '' });
      expect(result.stderr).toContain('This allows more than now:');
      expect(result.stderr).toContain(sentence);
      expect(result.stderr).toContain('in a terminal of your own');
    }
    const json = await policy('add', '/usr/bin/uname', '--json');
    expect(json.code).toBe(126);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: 'DENIED' } });
    expect(document()).toEqual(before);
  });

  it('narrows without a question, and the history says so', async () => {
    const { policy, document, stateDir } = await companion();
    const denied = await policy('set-default', '--agent', 'ops', '--security', 'deny', '--json');
    expect(denied.code).toBe(0);
    expect(JSON.parse(denied.stdout)).toMatchObject({ ok: true, changed: true, widening: [] });
    expect(document().agents?.ops?.security).toBe('deny');
    const same = await policy('set-default', '--agent', 'ops', '--security', 'deny');
    expect(same).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing changes') });
    // Back to the defaults: that would be wider.
    expect(await policy('set-default', '--agent', 'ops', '--security', 'inherit')).toMatchObject({
      code: 126,
      stderr: expect.stringContaining('security goes from deny to not set.'),
    });
    const { rows } = JSON.parse((await runCli(stateDir, ['audit', '--json'])).stdout);
    expect(rows).toMatchObject([
      {
        transport: 'companion',
        decidedBy: 'person',
        commandText: 'Agent "ops": security goes from not set to deny.',
      },
    ]);
  });

  it('waits for the answer of a companion that waits for the file, and then says who has it', async () => {
    const { policy, document, path } = await companion();
    const before = document();
    const result = await withFileLock(path, systemClock, () =>
      policy('set-default', '--security', 'deny'),
    );
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was held by another process for 5 s'),
    });
    expect(document()).toEqual(before);
  });

  it('removes a rule by its whole id, however short, or as it is shown', async () => {
    const { policy, document, onTerminal, path } = await companion();
    const allowlist = ['1', 'a\u202e-second-rule', '1-longer-than-eight'].map((id, n) => ({
      id,
      pattern: `/bin/${n}`,
    }));
    writeFileSync(path, JSON.stringify({ ...document(), agents: { main: { allowlist } } }));
    const confirm = onTerminal('confirm');
    await confirm.see(/\[y\/N\] $/);
    confirm.type('y\r');
    expect(await confirm.exited).toBe(0);
    expect((await policy('list')).stdout).toContain('a\\u{202E}-second-rule');
    expect(await policy('remove', '1', 'a\\u{202E}-second')).toMatchObject({ code: 0 });
    expect(document().agents?.main?.allowlist).toMatchObject([{ id: '1-longer-than-eight' }]);
    expect(await policy('remove', '1')).toMatchObject({ code: 2 });
  });

  it('exports what it can import again, never the token, never over a file', async () => {
    const { policy, document } = await companion();
    const file = join(tempDir(), 'policy.json');
    expect(await policy('export', file)).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = document().socket?.token ?? 'none';
    expect(readFileSync(file, 'utf8')).not.toContain(token);
    expect((await policy('export')).stdout).toBe(readFileSync(file, 'utf8'));
    expect(await policy('export', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists already'),
    });
    expect(await policy('import', file)).toMatchObject({ code: 0 });
    expect(document().socket?.token).toBe(token);
  });
});

describe('openclaw-mac policy on a terminal', () => {
  it('stores a rule after a yes, which then shows in list and explain, and removes it again', async () => {
    const { onTerminal, policy, document, stateDir } = await companion();
    const link = join(tempDir(), 'uname-link');
    symlinkSync('/usr/bin/uname', link);
    const add = onTerminal('add', link, '--expires', '7d');
    await add.see(/uname-link is \/\S+\/uname\./);
    await add.see(/with any arguments[\s\S]*This allows more than now:[\s\S]*\[y\/N\] $/);
    expect(document().agents?.main).toBeUndefined();
    add.type('y\r');
    await add.see(/Done\. The rule is [0-9a-f-]{36}\./);
    expect(await add.exited).toBe(0);
    const [rule] = document().agents?.main?.allowlist ?? [];
    expect(rule).toMatchObject({ pattern: expect.stringMatching(/\/uname$/) });
    expect((rule?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);

    const list = await policy('list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toContain(`  ${rule?.id}\n    ${rule?.pattern}\n`);
    const explained = JSON.parse((await policy('explain', '--json', '--', 'uname', '-a')).stdout);
    expect(explained).toMatchObject({
      ok: true,
      companionRunning: true,
      verdict: 'allow',
      layer: 'rules',
      // The programs of a test have their state directory as their home.
      cwd: stateDir,
      segments: [{ ruleId: rule?.id }],
    });

    const id = rule?.id ?? '';
    for (const wrong of [[], ['--for', '1h', '--never'], ['--for', 'soon']]) {
      expect(await policy('expire', id, ...wrong)).toMatchObject({ code: 2 });
    }
    expect(await policy('expire', id.slice(0, 8), '--for', '1h')).toMatchObject({ code: 0 });
    const end = document().agents?.main?.allowlist?.[0]?.expiresAt ?? 0;
    expect(end - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(await policy('expire', id, '--never')).toMatchObject({
      code: 126,
      stderr: expect.stringContaining('wider rule for'),
    });

    // What is not named stays, the end too; in one folder it is no more than everywhere.
    expect(await policy('edit', id.slice(0, 8), '--cwd', stateDir)).toMatchObject({ code: 0 });
    const edited = () => document().agents?.main?.allowlist?.[0] ?? { id: '', pattern: '' };
    const { id: newId = '', ...facts } = edited();
    expect(facts).toMatchObject({ pattern: rule?.pattern, expiresAt: end });
    for (const wrong of [
      ['--any-args', '--exact'],
      ['--cwd', '/', '--any-folder'],
      ['--never', '--expires', '1h'],
      ['--args', 'x', '--exact'],
    ]) {
      expect(await policy('edit', newId, ...wrong)).toMatchObject({ code: 2 });
    }
    expect(await policy('edit', newId)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing changes'),
    });
    expect(await policy('edit', newId, '--any-folder', '--agent', '*', '--never')).toMatchObject({
      code: 126,
      stderr: expect.stringMatching(/Every agent \(\*\): new rule for .* in any .*without an end/),
    });
    const exact = onTerminal('edit', newId, '--exact', '--', '-s');
    await exact.see(/\[y\/N\] $/);
    exact.type('y\r');
    await exact.see(/Done\. The rule is [0-9a-f-]{36}\./);
    expect(await exact.exited).toBe(0);
    expect((await policy('list')).stdout).toContain('with exactly: -s');

    expect(await policy('remove', id.slice(0, 7))).toMatchObject({ code: 2 });
    expect(await policy('remove', 'no-such-rule')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no rule no-such-rule.'),
    });
    expect(await policy('remove', edited().id?.slice(0, 8) ?? '')).toMatchObject({ code: 0 });
    expect(document().agents?.main?.allowlist).toEqual([]);
  });

  it.each([
    ['Enter alone', '\r', 126, /Nothing was changed\./],
    ['anything but yes', 'yup\r', 126, /Nothing was changed\./],
    ['the end of the input', '\u0004', 126, /Nothing was changed\./],
    ['Ctrl-C', '\u0003', 130, /Stopped by SIGINT/],
  ])('%s is no', async (_, keys, code, text) => {
    const { onTerminal, document } = await companion();
    const before = document();
    const set = onTerminal('set-default', '--security', 'full');
    await set.see(/\[y\/N\] $/);
    set.type(keys);
    await set.see(text);
    expect(await set.exited).toBe(code);
    expect(document()).toEqual(before);
  });

  it('writes nothing when the policy gets another meaning while the person reads', async () => {
    const { onTerminal, policy, document } = await companion();
    const set = onTerminal('set-default', '--security', 'full');
    await set.see(/\[y\/N\] $/);
    expect(await policy('set-default', '--security', 'deny')).toMatchObject({ code: 0 });
    set.type('y\r');
    await set.see(/The policy changed since it was shown/);
    expect(await set.exited).toBe(1);
    expect(document().defaults?.security).toBe('deny');
  });

  it('still writes when the policy only moved in a way that changes no sentence', async () => {
    const { onTerminal, policy, document } = await companion();
    const set = onTerminal('set-default', '--security', 'full');
    await set.see(/\[y\/N\] $/);
    expect(await policy('set-default', '--agent', '*', '--ask-fallback', 'deny')).toMatchObject({
      code: 0,
    });
    set.type('yes\r');
    await set.see(/Done\./);
    expect(await set.exited).toBe(0);
    expect(document()).toMatchObject({
      defaults: { security: 'full' },
      agents: { '*': { askFallback: 'deny' } },
    });
  });

  it('takes no answer that was typed before the question', async () => {
    const { onTerminal, document } = await companion();
    const set = onTerminal('set-default', '--security', 'full');
    set.type('y\r');
    await set.see(/\[y\/N\] $/);
    set.type('\r');
    await set.see(/Nothing was changed\./);
    expect(await set.exited).toBe(126);
    expect(document().defaults?.security).toBe('allowlist');
  });

  it('puts an edit of the file in force after a yes (S17)', async () => {
    const { onTerminal, policy, document, path, stateDir } = await companion();
    expect(await policy('confirm')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing waits for confirmation.'),
    });
    const uname = { id: 'from-outside', pattern: 'uname' };
    writeFileSync(path, JSON.stringify({ ...document(), agents: { '*': { allowlist: [uname] } } }));
    const verdict = async () =>
      JSON.parse((await policy('explain', '--json', '--', 'uname')).stdout).verdict;
    expect(await verdict()).toBe('prompt');
    const status = async () => (await runCli(stateDir, ['status'])).stdout;
    expect(await status()).toContain('not in force yet: 1 that the file allows beyond it');
    const confirm = onTerminal('confirm');
    await confirm.see(/Every agent \(\*\)[^\n]*uname[\s\S]*\[y\/N\] $/);
    confirm.type('y\r');
    expect(await confirm.exited).toBe(0);
    expect(await verdict()).toBe('allow');
    expect(await status()).not.toContain('not in force');
    expect((await policy('list')).stdout).not.toContain('Waits for confirmation');
  });
});

describe('openclaw-mac policy explain', () => {
  it('runs nothing and exits 0, whatever the verdict', async () => {
    const { policy } = await companion();
    const { argv, ran } = canaryCommand();
    const folder = tempDir();
    const asked = await policy('explain', '--cwd', folder, '--agent', 'ops', '--', ...argv);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toContain(`in           ${folder}\nagent        ops\n`);
    expect(asked.stdout).toMatch(/^verdict +would ask$/m);
    expect(asked.stdout).toMatch(
      /^stores +\{"pattern":"\/\S+\/touch","argPattern":"sha256:cwd-argv/m,
    );
    const chain = await policy('explain', '--', '/bin/sh', '-lc', `uname; ${argv.join(' ')}`);
    expect(chain.stdout.match(/^program /gm)).toHaveLength(2);
    await policy('set-default', '--security', 'deny');
    const denied = await policy('explain', '--env', 'LD_PRELOAD=/x', '--', ...argv);
    expect(denied).toMatchObject({ code: 0 });
    expect(denied.stdout).toMatch(/^verdict +denied$/m);
    expect(denied.stdout).toMatch(/^would run +nothing$/m);
    expect(denied.stdout).toMatch(/^left out +LD_PRELOAD: /m);
    expect(await policy('explain', '--', 'no-such-program')).toMatchObject({ code: 0 });
    expect(ran()).toBe(false);
  });
});

describe('openclaw-mac policy without a companion', () => {
  it('explains and lists from the file, and says so; changes nothing', async () => {
    const stateDir = tempDir();
    const path = join(stateDir, 'exec-approvals.json');
    const policy = (...args: string[]) => runCli(stateDir, ['policy', ...args]);
    const explain = ['explain', '--', 'uname'];
    expect((await policy(...explain)).stdout).toMatch(/^because +there is no /m);
    const document = { version: 1, defaults: { security: 'deny' }, agents: {} };
    writeFileSync(path, JSON.stringify(document), { mode: 0o600 });
    for (const args of [explain, ['list'], ['export']]) {
      const result = await policy(...args);
      expect(result).toMatchObject({
        code: 0,
        stderr: `No companion is running; this is from ${path}, as far as it can be read.\n`,
      });
      expect(result.stdout).toContain('deny');
    }
    for (const line of [
      'add uname',
      'remove 12345678',
      'set-default --ask off',
      'confirm',
      `import ${path}`,
    ]) {
      const result = await policy(...line.split(' '));
      expect({ line, ...result }).toMatchObject({ line, code: 69, stdout: '' });
      expect(result.stderr).toContain('Start it: openclaw-companion --headless');
    }
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(document);
    expect(existsSync(join(stateDir, 'audit.sqlite'))).toBe(false);
  });

  it('shows what a file would allow and nobody confirmed as waiting, not as allowed (S17)', async () => {
    const stateDir = tempDir();
    const document = { version: 1, agents: { main: { allowlist: [{ pattern: 'uname' }] } } };
    writeFileSync(join(stateDir, 'exec-approvals.json'), JSON.stringify(document), { mode: 0o600 });
    const list = await runCli(stateDir, ['policy', 'list']);
    expect(list.stdout).toMatch(/Waits for confirmation[\s\S]*"uname"[\s\S]*policy confirm/);
    const explained = await runCli(stateDir, ['policy', 'explain', '--json', '--', 'uname']);
    expect(JSON.parse(explained.stdout)).toMatchObject({
      companionRunning: false,
      verdict: 'prompt',
    });
  });

  it('exits 2 for a command line that makes no sense', async () => {
    const stateDir = tempDir();
    for (const [line, sentence] of [
      ['', 'Usage: openclaw-mac policy'],
      ['explain', "missing required argument 'argv'"],
      ['explain --env X -- ls', '--env needs NAME=VALUE, not "X".'],
      ['add', "missing required argument 'pattern'"],
      ['add git status', 'Arguments after the program need --exact'],
      ['add git --exact --args x', 'Give --args or --exact, not both.'],
      ['add git --expires never', '--expires does not understand "never".'],
      ['remove', "missing required argument 'id'"],
      ['remove 1234567', 'at least its first 8 characters'],
      ['set-default', 'Name at least one setting'],
      ['set-default --security open', "argument 'open' is invalid"],
      ['set-default --auto-allow-skills yes', "argument 'yes' is invalid"],
      ['import /no/such/file', 'Cannot read /no/such/file.'],
    ] as const) {
      const result = await runCli(stateDir, ['policy', ...line.split(' ').filter(Boolean)]);
      expect({ line, ...result }).toMatchObject({ line, code: 2, stdout: '' });
      expect(result.stderr).toContain(sentence);
    }
    for (const [line, sentence] of [
      ['add /no/such/program', 'There is no program at /no/such/program.'],
      ['add git --cwd /no/such', '"/no/such" is not a directory.'],
    ] as const) {
      const result = await runCli(stateDir, ['policy', ...line.split(' ')]);
      expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
    }
    const huge = join(stateDir, 'huge.json');
    writeFileSync(huge, JSON.stringify({ version: 1, note: 'x'.repeat(2_000_000) }));
    expect(await runCli(stateDir, ['policy', 'import', huge])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The document is too large'),
    });
  });
});
