import { existsSync, readFileSync } from 'node:fs';
import { defaultMaxBytesPerStream } from '#core/exec/output-tail.ts';
import type { Clock, RunSpec } from '#core/ports.ts';
import { type Orphans, unseenOrphans } from '#host/exec/orphans.ts';
import { createCommandRunner } from '#host/exec/runner.ts';
import { systemClock } from '#host/system.ts';
import { createFakeLogger } from './fakes.ts';

/** A caller that stays. */
export const never = () => new AbortController().signal;

/** A real runner, with short words for the usual commands. */
export function runnerBench(clock: Clock = systemClock, orphans: Orphans = unseenOrphans) {
  const log = createFakeLogger();
  const runner = createCommandRunner({ clock, log, orphans });
  const spec = (change: Partial<RunSpec> & Pick<RunSpec, 'argv'>): RunSpec => ({
    file: change.argv[0],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: null,
    maxBytesPerStream: defaultMaxBytesPerStream,
    ...change,
  });
  const sh = (script: string, change: Partial<RunSpec> = {}, signal = never()) =>
    runner.run(spec({ argv: ['/bin/sh', '-c', script], ...change }), signal);
  return { runner, spec, sh, log };
}

/** Dead, or a zombie that its parent has not collected yet. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return true; // no such process
  }
  return /^State:\s+Z/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  const status = `/proc/${pid}/status`;
  return existsSync(status) ? readFileSync(status, 'utf8') : 'State: Z';
}
