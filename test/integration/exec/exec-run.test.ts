import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ExecRequest } from '#core/exec/types.ts';
import {
  allowOnce,
  canaryCommand,
  createExecBench,
  denied,
  execRequest,
  inProcess,
} from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('requests that never reach a question', () => {
  const cases: [string, Partial<ExecRequest>, string][] = [
    ['a text that is not the command', { rawCommand: 'ls' }, 'invalid'],
    ['a folder that is not there', { cwd: '/nowhere' }, 'cwd-unavailable'],
  ];
  it.each(cases)('are refused for %s', async (_, change, reason) => {
    const { run, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    expect(await run({ argv, ...change })).toMatchObject({ ok: false, error: { reason } });
    expect(desk.asked).toEqual([]);
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ outcome: 'invalid', decidedBy: 'request', reason }]);
  });

  it('answer for a missing program like a failed start, without asking', async () => {
    const { run, desk, rows } = createExecBench();
    expect(await run({ argv: ['no-such-program-here', 'x'] })).toEqual({
      ok: true,
      payload: {
        timedOut: false,
        success: false,
        stdout: '',
        stderr: '',
        error: 'failed to start: no-such-program-here: not found',
      },
    });
    expect(desk.asked).toEqual([]);
    expect(rows).toMatchObject([{ outcome: 'invalid', reason: 'not-found', exitCode: null }]);
  });

  it('keep an oversize command out of the audit', async () => {
    const { run, rows } = createExecBench();
    await run({ argv: ['/bin/echo', 'x'.repeat(1e6)] });
    expect(rows[0]?.commandText.length).toBeLessThan(1_100);
    expect(rows[0]).toMatchObject({ outcome: 'invalid', reason: 'command-too-long' });
  });
});

describe('a run', () => {
  it('announces its start once, right before, and only when it happens', async () => {
    const { execute, desk } = createExecBench();
    const { argv, ran } = canaryCommand();
    const started: boolean[] = [];
    const go = () =>
      execute(execRequest({ argv }), inProcess, new AbortController().signal, () =>
        started.push(ran()),
      );
    await go();
    expect(started).toEqual([]);
    desk.answerWith(() => allowOnce);
    await go();
    expect(started).toEqual([false]);
  });

  it('needs the screen permission it asks for', async () => {
    for (const granted of [false, true]) {
      const { run, desk } = createExecBench({ deps: { screenRecording: () => granted } });
      const { argv, ran } = canaryCommand();
      desk.answerWith(() => allowOnce);
      const result = await run({ argv, needsScreenRecording: true });
      expect(ran()).toBe(granted);
      if (granted) continue;
      expect(result).toMatchObject({
        error: {
          code: 'UNAVAILABLE',
          message: 'PERMISSION_MISSING: screenRecording',
          reason: 'permission:screenRecording',
        },
      });
    }
  });

  it('is written down with its end', async () => {
    const { run, desk, rows } = createExecBench();
    desk.answerWith(() => allowOnce);
    await run({ argv: ['/bin/sh', '-c', 'exit 7'] });
    await run({ argv: ['/bin/sleep', '60'], timeoutMs: 50 });
    expect(rows).toMatchObject([
      { outcome: 'allowed', exitCode: 7, timedOut: false, error: 'exit 7' },
      { outcome: 'allowed', exitCode: null, timedOut: true, error: 'timeout' },
    ]);
    expect(rows[1]?.runMs).toBeGreaterThanOrEqual(50);
  });

  it('ends with its caller and is still written down', async () => {
    const { run, desk, rows } = createExecBench();
    desk.answerWith(() => allowOnce);
    const caller = new AbortController();
    const dir = tempDir();
    const argv: [string, ...string[]] = ['/bin/sh', '-c', `touch ${dir}/up; sleep 60`];
    const running = run({ argv }, {}, caller.signal);
    await vi.waitFor(() => expect(existsSync(join(dir, 'up'))).toBe(true));
    caller.abort();
    expect(await running).toMatchObject({ ok: true, payload: { error: 'cancelled' } });
    expect(rows).toMatchObject([{ outcome: 'allowed', error: 'cancelled' }]);
  });

  it('does not start for a caller that left while a person was asked', async () => {
    const { run, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    const caller = new AbortController();
    desk.answerWith(() => {
      caller.abort();
      return allowOnce;
    });
    expect(await run({ argv }, {}, caller.signal)).toMatchObject({
      error: { reason: 'approval-cancelled' },
    });
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ outcome: 'cancelled', decidedBy: 'cancel' }]);
  });

  it('is written down when the companion shuts down', async () => {
    const { run, desk, rows, runner } = createExecBench();
    desk.answerWith(() => allowOnce);
    const dir = tempDir();
    const running = run({ argv: ['/bin/sh', '-c', `touch ${dir}/up; sleep 60`] });
    await vi.waitFor(() => expect(existsSync(join(dir, 'up'))).toBe(true));
    await runner.killAll();
    await running;
    expect(rows).toMatchObject([{ outcome: 'allowed', error: 'cancelled' }]);
  });

  it('turns a defect into a refusal with an id', async () => {
    const { run, desk, rows, log } = createExecBench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => {
      throw new Error('secret detail');
    });
    const result = await run({ argv });
    expect(result).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', reason: 'internal' } });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(log.lines).toMatchObject([{ event: 'exec.internal', level: 'error' }]);
    expect(rows).toMatchObject([{ outcome: 'denied', reason: 'internal' }]);
    expect(ran()).toBe(false);
  });
});

it('keeps the file it was asked to overwrite when the answer is no', async () => {
  const { run, desk } = createExecBench();
  const file = join(tempDir(), 'precious');
  writeFileSync(file, 'kept');
  desk.answerWith(() => denied);
  await run({ argv: ['/bin/rm', '-f', file] });
  expect(existsSync(file)).toBe(true);
});
