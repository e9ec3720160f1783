import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { adoptOrphans } from '#host/exec/orphans.ts';
import { createDescendantCheck } from '#host/sockets/ancestry.ts';
import { loadNative } from '#host/sockets/native.ts';
import { runnerBench } from '#support/runner-bench.ts';

async function bench() {
  const made = runnerBench(undefined, adoptOrphans(await loadNative()));
  onTestFinished(() => made.runner.killAll());
  const { runner } = made;
  const descent = createDescendantCheck({
    runningGroups: runner.runningGroups,
    ownPid: process.pid,
  });
  return { ...made, descent };
}

const gone = (pid: number) => vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false));

describe('orphans of commands (D12)', () => {
  it('stay our descendants in a session of their own, and are collected when they end', async () => {
    const { runner, sh, descent } = await bench();
    expect(runner.mayHaveDescendants()).toBe(false);
    const { stdout } = await sh('setsid sleep 60 >/dev/null 2>&1 & echo $!');
    const orphan = Number(stdout);
    // Until it has a session of its own it is in the group of the shell.
    await vi.waitFor(() => expect(runner.runningGroups()).toEqual(new Set()));
    expect(runner.mayHaveDescendants()).toBe(true);
    expect(await descent(orphan)).toBe('descendant');
    process.kill(orphan);
    await gone(orphan);
    expect(runner.mayHaveDescendants()).toBe(false);
  });

  it('take no exit code away from a command that ends at the same time', async () => {
    const { sh } = await bench();
    const runs = Array.from({ length: 40 }, () =>
      sh('(sleep 0.01 & sleep 0.02 &) >/dev/null 2>&1; sleep 0.02; exit 3'),
    );
    for (const run of await Promise.all(runs)) expect(run.exitCode).toBe(3);
  });

  it('are looked for no longer after shutdown', async () => {
    const { runner } = await bench();
    const before = process.listenerCount('SIGCHLD');
    await runner.killAll();
    expect(process.listenerCount('SIGCHLD')).toBe(before - 1);
  });
});
