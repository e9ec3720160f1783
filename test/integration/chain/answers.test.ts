import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  answer,
  connectOperator,
  waitForApproval,
  waitForApprovals,
  waitForEnd,
  waitForPid,
} from '#support/chain.ts';
import { runCli, startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

async function asking(argv: readonly string[], ...options: string[]) {
  const companion = await startCompanion();
  const host = await startNodeHost(companion);
  const run = () =>
    startCli(companion.stateDir, ['run', '--node', host.nodeId, ...options, '--', ...argv]);
  const mac = (...args: string[]) => runCli(companion.stateDir, args);
  return { companion, host, run, mac };
}

describe('questions answered with openclaw-mac approvals', () => {
  it('list, show and allow-once: the beginning of the id is enough', async () => {
    const long = `${'x'.repeat(3_000)} end`;
    const { companion, run, mac } = await asking(['/bin/echo', long], '--agent', 'ops');
    expect((await mac('approvals', 'list')).stdout).toBe('Nothing waits for approval.\n');
    const caller = run();
    const { id } = await waitForApproval(companion);
    const list = await mac('approvals', 'list');
    expect(list.code).toBe(0);
    expect(list.stdout).toContain(`${id}  "ops" (claimed)  `);
    expect(list.stdout).toContain(long);
    expect((await mac('status')).stdout).toMatch(/Waiting +1 request\n/);

    const shown = await mac('approvals', 'show', id.slice(0, 8));
    expect(shown.stdout).toContain(long);
    expect(shown.stdout).toMatch(/runs +\/\S*echo\n/);
    expect(shown.stdout).toContain('"ops" (claimed)');

    const decided = await mac('approvals', 'allow-once', id.slice(0, 8));
    expect(decided).toEqual({ code: 0, stdout: '', stderr: `Allowed once: ${id}\n` });
    expect(await caller.exited).toBe(0);
    expect(caller.stdout()).toBe(`${long}\n`);
    expect(await mac('approvals', 'deny', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`No request ${id} is waiting.`),
    });
  });

  it('deny reaches the agent as a person’s deny, with --json all along', async () => {
    const { companion, run, mac } = await asking(['/bin/echo', 'hi']);
    const caller = run();
    const { id } = await waitForApproval(companion);
    const list = JSON.parse((await mac('approvals', 'list', '--json')).stdout);
    expect(list).toMatchObject({ ok: true, approvals: [{ id, commandText: '/bin/echo hi' }] });
    const show = JSON.parse((await mac('--json', 'approvals', 'show', id)).stdout);
    expect(show).toMatchObject({ ok: true, approval: { id, offered: expect.any(Array) } });
    const deny = await mac('approvals', 'deny', id, '--note', 'not now', '--json');
    expect(JSON.parse(deny.stdout)).toEqual({ ok: true, id, decision: 'deny' });
    expect(await caller.exited).toBe(126);
    expect(caller.stderr()).toBe('SYSTEM_RUN_DENIED: user denied. Note: "not now"\n');
    const status = JSON.parse((await mac('status', '--json')).stdout);
    expect(status).toMatchObject({ ok: true, pid: companion.ready.pid, pendingApprovals: 0 });
    const gone = JSON.parse((await mac('approvals', 'show', id, '--json')).stdout);
    expect(gone).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    const audit = JSON.parse((await mac('audit', '--json')).stdout);
    expect(audit.rows).toMatchObject([
      { decidedBy: 'person', surface: expect.stringMatching(/^control-socket:pid \d+$/) },
    ]);
  });

  it('allow-always stores one exact rule: no question for the same, one for anything else', async () => {
    const { companion, host, mac } = await asking([]);
    const folder = tempDir();
    const { stateDir } = companion;
    const start = (cwd: string, ...argv: string[]) =>
      startCli(stateDir, ['run', '--node', host.nodeId, '--cwd', cwd, '--', ...argv]);
    const first = start(folder, '/bin/echo', 'hi');
    const { id } = await waitForApproval(companion);
    expect((await mac('approvals', 'allow-always', id)).code).toBe(0);
    expect(await first.exited).toBe(0);
    const document = JSON.parse(readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8'));
    expect(document.agents.main.allowlist).toMatchObject([{ cwd: folder }]);

    expect(await start(folder, '/bin/echo', 'hi').exited).toBe(0);
    for (const [cwd, word] of [
      [folder, 'ho'],
      [tempDir(), 'hi'],
    ] as const) {
      const other = start(cwd, '/bin/echo', word);
      const question = await waitForApproval(companion);
      await answer(companion, question, 'deny');
      expect(await other.exited).toBe(126);
    }
    const { rows } = JSON.parse((await mac('audit', '--json')).stdout);
    expect(rows).toMatchObject([
      { decision: 'deny' },
      { decision: 'deny' },
      { decidedBy: 'rule', decision: null, exitCode: 0 },
      { decidedBy: 'person', decision: 'allow-always', exitCode: 0 },
    ]);
    expect(rows[2].ruleId).toBe(rows[3].ruleId);
  });

  it('S24: an answer to another text than the one that waits decides nothing', async () => {
    const { companion, run } = await asking(['/bin/echo', 'hi']);
    const caller = run();
    const question = await waitForApproval(companion);
    const wrong = { id: question.id, displayDigest: question.planDigest };
    await expect(answer(companion, wrong, 'allow-once')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { answer: 'stale' },
    });
    await expect(answer(companion, question, 'allow-once')).resolves.toBeDefined();
    expect(await caller.exited).toBe(0);
  });
});

describe('one question on two surfaces', () => {
  it('a Gateway operator answers first; the control socket is told it came too late', async () => {
    const { companion, run, mac } = await asking(['/bin/echo', 'hi']);
    const operator = await connectOperator(companion);
    const caller = run();
    const requested = await operator.nextEvent('exec.approval.requested');
    const question = await waitForApproval(companion);
    expect(requested.payload).toMatchObject({ id: question.id });
    const resolve = { id: question.id, decision: 'allow-once' };
    expect(await operator.request('exec.approval.resolve', resolve)).toMatchObject({ ok: true });
    expect(await caller.exited).toBe(0);
    await expect(answer(companion, question, 'deny')).rejects.toMatchObject({
      message: `No approval ${question.id} is pending`,
    });
    expect((await mac('approvals', 'list')).stdout).toBe('Nothing waits for approval.\n');
  });

  it('the control socket answers first; the operator is told at once, and cannot undo it', async () => {
    const { companion, run } = await asking(['/bin/echo', 'hi']);
    const operator = await connectOperator(companion);
    const caller = run();
    const question = await waitForApproval(companion);
    await answer(companion, question, 'deny');
    const decidedAt = performance.now();
    expect((await operator.nextEvent('exec.approval.resolved')).payload).toMatchObject({
      id: question.id,
      decision: 'deny',
    });
    expect(performance.now() - decidedAt).toBeLessThan(2_500); // A poll would come later.
    const late = { id: question.id, decision: 'allow-once' };
    expect(await operator.request('exec.approval.resolve', late)).toMatchObject({
      ok: false,
      error: { message: 'approval already resolved' },
    });
    expect(await caller.exited).toBe(126);
  });

  it('a question of a Gateway operator waits on the control socket, and is answered there', async () => {
    const companion = await startCompanion();
    const operator = await connectOperator(companion);
    const asked = operator.request('exec.approval.request', { command: 'make all', cwd: '/tmp' });
    const question = await waitForApproval(companion);
    expect(question).toMatchObject({ kind: 'gateway-request', commandText: 'make all' });
    await answer(companion, question, 'allow-once');
    expect((await asked).payload).toMatchObject({ decision: 'allow-once' });
  });

  it('D6: one answer at our Gateway lets that run through our node host, and no second one', async () => {
    const { companion, host } = await asking([]);
    const caller = await connectOperator(companion);
    const run = () =>
      caller.request('node.invoke', {
        nodeId: host.nodeId,
        command: 'system.run',
        // As OpenClaw's CLI says it after its question was answered.
        params: { command: ['/bin/echo', 'hi'], agentId: 'main', approved: true },
        idempotencyKey: crypto.randomUUID(),
      });
    const asked = caller.request('exec.approval.request', {
      command: '/bin/echo hi',
      agentId: 'main',
    });
    await answer(companion, await waitForApproval(companion), 'allow-once');
    await asked;
    expect((await run()).payload).toMatchObject({ payload: { stdout: 'hi\n' } });
    const again = run();
    await answer(companion, await waitForApproval(companion), 'deny');
    expect((await again).error?.message).toBe('SYSTEM_RUN_DENIED: user denied');
  });
});

describe('a caller that leaves', () => {
  it('killed or interrupted on the command line: its questions go away, on both nodes', async () => {
    const { companion, run } = await asking(['/bin/echo', 'hi']);
    const direct = startCli(companion.stateDir, ['run', '--agent', 'b', '--', '/bin/echo', 'hi']);
    const callers = [run(), direct];
    await waitForApprovals(companion, 2);
    callers[0]?.child.kill('SIGKILL');
    direct.child.kill('SIGINT');
    expect(await direct.exited).toBe(130);
    expect(direct.stderr()).toBe('Stopped by SIGINT.\n');
    await waitForApprovals(companion, 0);
  });

  it('interrupted while its command runs: the whole process group is gone', async () => {
    const pidFile = join(tempDir(), 'pid');
    const script = `echo $$ > ${pidFile}; sleep 60 & wait`;
    const { companion, run } = await asking(['/bin/sh', '-c', script]);
    const caller = run();
    await answer(companion, await waitForApproval(companion), 'allow-once');
    const group = await waitForPid(pidFile);
    caller.child.kill('SIGTERM');
    expect(await caller.exited).toBe(143);
    await waitForEnd(-group);
  });

  it('a node host that is killed takes its question along', async () => {
    const { companion, host, run } = await asking(['/bin/echo', 'hi']);
    const caller = run();
    await waitForApproval(companion);
    host.child.kill('SIGKILL');
    await waitForApprovals(companion, 0);
    // The Gateway saw the node go.
    expect(await caller.exited).toBe(69);
    expect(caller.stderr()).toContain('node disconnected');
  });

  it('a node host that is killed takes its command along', async () => {
    const folder = tempDir();
    const pidFile = join(folder, 'pid');
    const script = `echo $$ > ${pidFile}; (while :; do echo x >> ${folder}/canary; sleep 0.05; done) & wait`;
    const { companion, host, run } = await asking(['/bin/sh', '-c', script]);
    const caller = run();
    await answer(companion, await waitForApproval(companion), 'allow-once');
    const group = await waitForPid(pidFile);
    await expect.poll(() => existsSync(join(folder, 'canary'))).toBe(true);
    host.child.kill('SIGKILL');
    await waitForEnd(-group);
    expect(await caller.exited).toBe(69);
  });
});
