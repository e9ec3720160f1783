import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { waitForEnd, waitForPid } from '#support/chain.ts';
import { runCli, startScript } from '#support/programs.ts';
import { startInPty } from '#support/pty.ts';
import { tempDir } from '#support/temp-dir.ts';

const script = fileURLToPath(new URL('../../../scripts/quickstart.ts', import.meta.url));

/** Nothing on disk, and no process that was given a path in there. */
function expectNothingLeftIn(tmp: string): void {
  expect(readdirSync(tmp)).toEqual([]);
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(all.split('\n').filter((line) => line.includes(tmp))).toEqual([]);
}

/** A place of its own for temporary files, so that what is left behind shows. */
function quickstart(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const tmp = tempDir();
  return {
    ...startScript('quickstart', args, { TMPDIR: tmp, ...env }),
    expectNothingLeft: () => expectNothingLeftIn(tmp),
    stateDir: () => `${tmp}/${readdirSync(tmp)[0] ?? ''}`,
  };
}

describe('npm run quickstart', () => {
  it('allow-once prints what the command prints, and leaves nothing behind', async () => {
    const run = quickstart(['--decision', 'allow-once', '--', '/bin/uname', '-a']);
    expect(await run.exited).toBe(0);
    expect(run.stdout()).toBe(execFileSync('/bin/uname', ['-a'], { encoding: 'utf8' }));
    run.expectNothingLeft();
  });

  it('deny exits 126 and says who said no', async () => {
    const run = quickstart(['--decision', 'deny', '--', '/bin/uname', '-a']);
    expect(await run.exited).toBe(126);
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toContain('\nSYSTEM_RUN_DENIED: user denied\n');
    run.expectNothingLeft();
  });

  it('passes the exit code on, and is not misled by what is exported for OpenClaw', async () => {
    const run = quickstart(['--decision', 'allow-always', '--', '/bin/sh', '-c', 'exit 5'], {
      OPENCLAW_GATEWAY_TOKEN: 'of-another-gateway',
      OPENCLAW_GATEWAY_PORT: '1',
      OPENCLAW_COMPANION_STATE_DIR: '/nonexistent',
    });
    expect(await run.exited).toBe(5);
    run.expectNothingLeft();
  });

  it.each([[[]], [['--decision', 'maybe', '--', 'ls']], [['--wrong', '--', 'ls']]])(
    '%j is a usage error',
    async (args) => {
      const run = quickstart(args);
      expect(await run.exited).toBe(2);
      expect(run.stderr()).toContain('usage: npm run quickstart');
      run.expectNothingLeft();
    },
  );

  it('SIGINT during the start stops what has started', async () => {
    const run = quickstart(['--decision', 'allow-once', '--', '/bin/sleep', '60']);
    await run.complains(/companion listens/);
    run.child.kill('SIGINT');
    expect(await run.exited).toBe(130);
    run.expectNothingLeft();
  });

  it('SIGTERM while the command runs stops it and everything else', async () => {
    const pidFile = join(tempDir(), 'pid');
    const program = `echo $$ > ${pidFile}; exec sleep 60`;
    const run = quickstart(['--decision', 'allow-once', '--', '/bin/sh', '-c', program]);
    const pid = await waitForPid(pidFile);
    run.child.kill('SIGTERM');
    expect(await run.exited).toBe(143);
    run.expectNothingLeft();
    await waitForEnd(pid);
  });

  it('without a terminal and a decision it names the command that answers', async () => {
    const run = quickstart(['--', '/bin/echo', 'hi']);
    await run.complains(/approvals list --state-dir \S+\n/);
    const mac = (...args: string[]) => runCli(run.stateDir(), args);
    const id = await expect
      .poll(async () => (await mac('approvals', 'list')).stdout)
      .toMatch(/^[0-9a-f-]{36} /)
      .then(async () => (await mac('approvals', 'list')).stdout.slice(0, 36));
    expect((await mac('approvals', 'allow-once', id)).code).toBe(0);
    expect(await run.exited).toBe(0);
    expect(run.stdout()).toBe('hi\n');
    run.expectNothingLeft();
  });
});

describe('npm run quickstart in a terminal', () => {
  const start = () => {
    const tmp = tempDir();
    const argv = ['/usr/bin/env', `TMPDIR=${tmp}`, process.execPath, script, '--', 'echo', 'hi'];
    return { ...startInPty(argv), expectNothingLeft: () => expectNothingLeftIn(tmp) };
  };

  it('asks there, and gives the terminal back', async () => {
    const pty = start();
    await pty.see(/Answer \[D\]eny \(.*left\): $/);
    pty.type('a\r');
    await pty.see(/\r\nhi\r\n/);
    expect(await pty.exited).toBe(0);
    pty.expectNothingLeft();
  });

  it('Ctrl-C ends it all', async () => {
    const pty = start();
    await pty.see(/Answer \[D\]eny \(.*left\): $/);
    pty.type('\u0003');
    expect(await pty.exited).not.toBe(0);
    pty.expectNothingLeft();
  });
});
