import { chmodSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitForPid } from '#support/chain.ts';
import { isGone, never, runnerBench } from '#support/runner-bench.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

describe('what a command is given (exec-ipc §3.7)', () => {
  it('gets exactly its argv, no shell in between (vector eval-argv-preserved)', async () => {
    const { runner, spec } = runnerBench();
    const argv = ['/usr/bin/printf', '<%s>|<%s>|<%s>', '  padded  ', '-n', '$(id);*'] as const;
    const result = await runner.run(spec({ argv: [...argv] }), never());
    expect(result).toEqual({
      exitCode: 0,
      timedOut: false,
      success: true,
      stdout: '<  padded  >|<-n>|<$(id);*>',
      stderr: '',
    });
  });

  it('sees argv[0] as the caller wrote it', async () => {
    const { runner, spec } = runnerBench();
    const argv: [string, ...string[]] = ['my name', '-c', 'echo "$0"'];
    const result = await runner.run(spec({ file: '/bin/sh', argv }), never());
    expect(result.stdout).toBe('my name\n');
  });

  it('runs in its folder with exactly its environment', async () => {
    const { runner, spec } = runnerBench();
    const cwd = tempDir();
    const argv: [string] = ['/usr/bin/env'];
    const env = { ONLY: 'this' };
    expect((await runner.run(spec({ argv, env, cwd }), never())).stdout).toBe('ONLY=this\n');
    expect((await runner.run(spec({ argv: ['/bin/pwd'], cwd }), never())).stdout).toBe(`${cwd}\n`);
  });

  it('has no standard input', async () => {
    const { sh } = runnerBench();
    expect((await sh('cat; readlink /proc/self/fd/0')).stdout).toContain('/dev/null');
  });

  it('leads a session of its own and inherits no file of ours', async () => {
    const { sh } = runnerBench();
    const secret = openSync(join(tempDir(), 'secret'), 'w');
    onTestFinished(() => closeSync(secret));
    const { stdout } = await sh('echo $$; ps -o sid= -p $$; ls -l /proc/$$/fd');
    const [pid, sid] = stdout.split(/\s+/);
    expect(sid).toBe(pid);
    expect(stdout).toContain('/dev/null');
    expect(stdout).not.toContain('secret');
  });
});

describe('how a run ends (exec-ipc §3.7)', () => {
  it('reports an exit code', async () => {
    const { sh } = runnerBench();
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      timedOut: false,
      success: false,
      stdout: 'out\n',
      stderr: 'err\n',
      error: 'exit 3',
    });
  });

  it('reports death by a signal as the number of the signal', async () => {
    const { sh } = runnerBench();
    expect(await sh('echo before; kill -SEGV $$')).toMatchObject({
      exitCode: constants.signals.SIGSEGV,
      success: false,
      timedOut: false,
      stdout: 'before\n',
      error: 'ended by SIGSEGV',
    });
  });

  it.each([
    ['is missing', '/nowhere/tool', 'ENOENT'],
    ['is a folder', '/tmp', 'EACCES'],
  ])('reports a program that %s as a failed start', async (_, file, code) => {
    const { runner, spec } = runnerBench();
    const result = await runner.run(spec({ argv: [file] }), never());
    expect(result.error).toMatch(new RegExp(`^failed to start: .*${code}`));
    expect(result).toMatchObject({ success: false, timedOut: false, stdout: '', stderr: '' });
    expect(result).not.toHaveProperty('exitCode');
  });

  it('reports a missing folder and an argument list the kernel refuses the same way', async () => {
    const { runner, spec } = runnerBench();
    const lost = await runner.run(spec({ argv: ['/bin/true'], cwd: '/nowhere' }), never());
    expect(lost.error).toMatch(/^failed to start: /);
    const huge = await runner.run(spec({ argv: ['/bin/true', 'x'.repeat(4e6)] }), never());
    expect(huge.error).toMatch(/^failed to start: .*E2BIG/);
    const nul = await runner.run(spec({ argv: ['/bin/true', 'a\0b'] }), never());
    expect(nul.error).toMatch(/^failed to start: /);
  });

  it('reports a file that cannot be executed', async () => {
    const { runner, spec } = runnerBench();
    const file = join(tempDir(), 'broken');
    writeFileSync(file, '#!/nowhere/interpreter\n');
    chmodSync(file, 0o755);
    expect((await runner.run(spec({ argv: [file] }), never())).error).toMatch(
      /^failed to start: .*ENOENT/,
    );
  });
});

describe('when time is over', () => {
  /** Runs a script until it says `up`, then lets its time and the grace after it pass. */
  async function timedOut(script: string) {
    const clock = createVirtualClock();
    const { sh } = runnerBench(clock);
    const up = join(tempDir(), 'up');
    const running = sh(`up() { echo $$ >'${up}'; }; ${script}`, { timeoutMs: 200 });
    const shell = await waitForPid(up);
    clock.advance(200);
    return { running, shell, clock };
  }

  it('asks politely first and keeps what was printed', async () => {
    const script = 'trap "echo bye; exit 0" TERM; echo hi; up; while :; do sleep 0.02; done';
    const { running, shell, clock } = await timedOut(script);
    await vi.waitFor(() => expect(isGone(shell)).toBe(true));
    clock.advance(100);
    const result = await running;
    expect(result).toMatchObject({
      timedOut: true,
      success: false,
      stdout: 'hi\nbye\n',
      error: 'timeout',
    });
    expect(result).not.toHaveProperty('exitCode');
  });

  it('kills a command that ignores the request, and all its children', async () => {
    const { running, clock } = await timedOut(
      'trap "" TERM; (trap "" TERM; sleep 60) & echo $!; up; wait',
    );
    clock.advance(100);
    const result = await running;
    expect(result).toMatchObject({ timedOut: true, error: 'timeout' });
    expect(result.stdout).toMatch(/^\d+\n$/);
    await vi.waitFor(() => expect(isGone(Number(result.stdout))).toBe(true));
  });

  it('kills the child that ignores the request even when its parent obeyed', async () => {
    const { running, clock } = await timedOut('(trap "" TERM; sleep 60) & echo $!; up; wait');
    clock.advance(100);
    const result = await running;
    expect(result).toMatchObject({ timedOut: true });
    expect(result.stdout).toMatch(/^\d+\n$/);
    await vi.waitFor(() => expect(isGone(Number(result.stdout))).toBe(true));
  });

  it('does not fire early for a limit longer than a timer can hold', async () => {
    const { sh } = runnerBench();
    const result = await sh('sleep 0.2; echo done', { timeoutMs: 2 ** 40 });
    expect(result).toMatchObject({ success: true, stdout: 'done\n' });
  });
});

describe('when the caller is gone', () => {
  it('kills the whole group at once', async () => {
    const { sh } = runnerBench();
    const controller = new AbortController();
    const dir = tempDir();
    const script = `trap "echo term" TERM; (sleep 60) & echo $! > ${dir}/pid; wait; wait`;
    const running = sh(script, {}, controller.signal);
    await vi.waitFor(() => expect(readFileSync(join(dir, 'pid'), 'utf8')).toMatch(/\n$/));
    controller.abort();
    expect(await running).toMatchObject({ timedOut: false, success: false, error: 'cancelled' });
    expect((await running).stdout).toBe('');
    await vi.waitFor(() =>
      expect(isGone(Number(readFileSync(join(dir, 'pid'), 'utf8')))).toBe(true),
    );
  });

  it('starts nothing when it left before the start', async () => {
    const { sh } = runnerBench();
    const canary = join(tempDir(), 'ran');
    expect(await sh(`touch ${canary}`, {}, AbortSignal.abort())).toMatchObject({
      success: false,
      error: 'cancelled',
    });
    expect(existsSync(canary)).toBe(false);
  });
});
