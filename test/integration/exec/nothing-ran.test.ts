import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTerminalPresenter } from '#cli/terminal/terminal-presenter.ts';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import { decisionSentence } from '#core/audit/decision-sentence.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { canaryCommand, createExecBench } from '#support/exec-host.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { startPresenter } from '#support/presenter-bench.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A real exec host at a real queue; the script in `dir` leaves a file behind when it runs. */
function scene() {
  const shared = { clock: systemClock, log: createFakeLogger() };
  const queue = createApprovalQueue({ ...shared, ids: systemIds, hasher: systemHasher });
  onTestFinished(() => queue.close());
  const bench = createExecBench({ deps: { desk: queue satisfies ApprovalDesk } });
  const dir = tempDir();
  const canary = canaryCommand();
  const write = (path: string, note: string) => {
    writeFileSync(path, `# ${note}\n${canary.argv.join(' ')}\n`);
    return path;
  };
  const script = write(join(dir, 'deploy.sh'), 'read');
  return {
    ...bench,
    ...shared,
    queue,
    script,
    ran: canary.ran,
    /** Another file takes its place, as an editor or an attacker does it. */
    replace: () => renameSync(write(join(dir, 'new'), 'other'), script),
    run: () => bench.run({ argv: ['/bin/sh', script] }),
    question: () => expect.poll(() => queue.list()[0]).toBeDefined(),
    told: `Nothing ran. The file ${script} among its arguments changed after you allowed this; ask again to run it.`,
  };
}

describe('the script is replaced between the question and the answer (S11, AP-11)', () => {
  it('allowed in the window: nothing runs, the window and the audit name it', async () => {
    const { queue, clock, log, script, ran, rows, told, replace, question, run } = scene();
    const { presenter, window } = startPresenter({ desk: queue, clock, log, who: 'ann' });
    onTestFinished(() => presenter.close());
    const result = run();
    await question();
    const { id = '', displayDigest = '' } = presenter.state().current ?? {};
    replace();
    expect(presenter.decide({ id, displayDigest, decision: 'allow-once' })).toBe('accepted');
    expect(window.visible).toBe(false);
    expect(await result).toMatchObject({
      ok: false,
      error: { message: `SYSTEM_RUN_DENIED: changed since approval: ${script}` },
    });
    expect(ran()).toBe(false);
    expect(window.visible).toBe(true);
    expect(presenter.state().last).toEqual({
      id,
      text: told,
      outcome: 'not-run',
      canAskAgain: false,
    });
    expect(rows.map(decisionSentence)).toEqual([
      `${told} It had been allowed in the window by "ann".`,
    ]);
  });

  it('allowed on the terminal: nothing runs, the terminal says so on a line', async () => {
    const { queue, clock, log, ran, rows, told, replace, question, run } = scene();
    const input = Object.assign(new PassThrough({ autoDestroy: false }), {
      isTTY: true,
      setRawMode: () => undefined,
    });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
    let screen = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const deps = { desk: queue, input, output, clock, log, env: {}, interrupt: () => undefined };
    const terminal = createTerminalPresenter(deps);
    terminal.start();
    onTestFinished(() => terminal.close());
    const result = run();
    await question();
    // The answer line is there: keys count.
    await expect.poll(() => screen).toContain('Answer');
    replace();
    input.write('a\r');
    expect(await result).toMatchObject({ ok: false, error: { reason: 'approval-stale' } });
    expect(ran()).toBe(false);
    await expect.poll(() => screen).toMatch(/Allowed once on the terminal\.\n/);
    expect(screen.endsWith(`${told}\n`)).toBe(true);
    expect(rows.map(decisionSentence)).toEqual([`${told} It had been allowed on the terminal.`]);
  });

  it('what else comes between is told as well', async () => {
    const { desk, run, rows } = createExecBench({ deps: { screenRecording: () => false } });
    desk.answerWith(() => ({
      kind: 'allowed',
      decision: 'allow-once',
      by: { surface: 'window', who: null },
    }));
    await run({ argv: ['/bin/echo'], needsScreenRecording: true });
    expect(desk.told).toEqual([
      'Denied by the policy. It needs Screen Recording, which this app does not have. Nothing ran.',
    ]);
    expect(rows).toMatchObject([{ reason: 'permission:screenRecording', error: null }]);
  });
});
