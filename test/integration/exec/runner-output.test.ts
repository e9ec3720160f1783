import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isGone, runnerBench } from '#support/runner-bench.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

describe('output', () => {
  it('stays bounded for 256 MB on both streams, the end kept', async () => {
    const { sh } = runnerBench();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const probe = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 5);
    onTestFinished(() => clearInterval(probe));
    const gush = "head -c 134217728 /dev/zero | tr '\\0'";
    const result = await sh(`${gush} y >&2; echo E >&2; ${gush} x; echo O`);
    clearInterval(probe);
    expect(peak).toBeLessThan(128 * 1024 * 1024);
    const marker = '... (truncated) ';
    expect(result.stdout).toBe(`${marker}${'x'.repeat(80_000 - marker.length - 2)}O\n`);
    expect(result.stderr).toBe(`${marker}${'y'.repeat(80_000 - marker.length - 2)}E\n`);
  });

  it('is read while the command runs, both streams at once', async () => {
    const { sh } = runnerBench();
    const script = 'i=0; while [ $i -lt 3000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done';
    const result = await sh(script);
    expect(result.stdout.split('\n')).toHaveLength(3_001);
    expect(result.stderr.split('\n')).toHaveLength(3_001);
  });

  it('survives bytes that are not UTF-8', async () => {
    const { sh } = runnerBench();
    expect((await sh("printf '\\377\\376ok\\n'")).stdout).toBe('\uFFFD\uFFFDok\n');
  });

  it('does not wait for a background child that holds the pipe', async () => {
    const { sh } = runnerBench();
    const startedAt = performance.now();
    const result = await sh('sleep 30 & echo $!');
    onTestFinished(() => void process.kill(Number(result.stdout), 'SIGKILL'));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(result).toMatchObject({ success: true, exitCode: 0 });
    expect(isGone(Number(result.stdout))).toBe(false);
  });

  it('does not wait for a background child that never stops writing', async () => {
    const { sh } = runnerBench();
    const result = await sh('yes & echo $! >&2');
    expect(result).toMatchObject({ success: true, exitCode: 0 });
    await vi.waitFor(() => expect(isGone(Number(result.stderr))).toBe(true));
  });

  it('still takes what a background child writes before it lets go of the pipe', async () => {
    // The grace never passes on this clock, so the answer comes with the end of the pipe.
    const { sh } = runnerBench(createVirtualClock());
    const result = await sh('(sleep 0.2; echo late) & echo early');
    expect(result.stdout).toBe('early\nlate\n');
  });

  it('leaves no timer behind', async () => {
    const clock = createVirtualClock();
    const { sh } = runnerBench(clock);
    await sh('true', { timeoutMs: 60_000 });
    expect(clock.waiting).toBe(0);
  });
});

describe('what is left behind', () => {
  it('closes every descriptor and listener', async () => {
    const { sh } = runnerBench();
    const { signal } = new AbortController();
    await sh('true', {}, signal);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i += 1) {
      await sh('true', {}, signal);
      await sh('sleep 5', { timeoutMs: 1 }, signal);
      await sh('true', { cwd: '/nowhere' }, signal);
    }
    const open = () => readdirSync('/proc/self/fd').length;
    await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(before));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('remembers the groups it started, also after their end (D12)', async () => {
    const { runner, sh } = runnerBench();
    const { stdout } = await sh('echo $$');
    expect(runner.runningGroups()).toEqual(new Set([Number(stdout)]));
  });

  it('kills everything on shutdown, answers each caller, and starts nothing more', async () => {
    const { runner, sh } = runnerBench();
    const dir = tempDir();
    const runs = [1, 2, 3].map((n) => sh(`touch ${dir}/${n}; sleep 60`));
    await vi.waitFor(() => expect(readdirSync(dir)).toHaveLength(3));
    await runner.killAll();
    expect((await Promise.all(runs)).map((run) => run.error)).toEqual(Array(3).fill('cancelled'));
    expect(await sh(`touch ${dir}/4`)).toMatchObject({ error: 'cancelled' });
    expect(readdirSync(dir)).toHaveLength(3);
  });
});
