import { describe, expect, it } from 'vitest';
import { connectOperator, waitForApproval, waitForApprovals } from '#support/chain.ts';
import { runCli, startCli, startCompanion, startNodeHost } from '#support/programs.ts';

async function setup() {
  const companion = await startCompanion();
  const host = await startNodeHost(companion);
  const mac = (...args: string[]) => runCli(companion.stateDir, args);
  const run = (agent: string, ...argv: string[]) =>
    startCli(companion.stateDir, ['run', '--node', host.nodeId, '--agent', agent, '--', ...argv]);
  return { companion, mac, run };
}

describe('openclaw-mac approvals deny --pause', () => {
  it('denies all of the agent, refuses what follows, leaves rules and others alone, and says so', async () => {
    const { companion, mac, run } = await setup();
    const ruled = run('ops', '/bin/echo', 'ruled');
    await mac('approvals', 'allow-always', (await waitForApproval(companion)).id);
    expect(await ruled.exited).toBe(0);

    const callers = ['one', 'two'].map((word) => run('ops', '/bin/echo', word));
    const [question] = await waitForApprovals(companion, 2);
    const denied = await mac('approvals', 'deny', question?.id ?? '', '--pause');
    expect(denied).toMatchObject({ code: 0, stdout: '' });
    expect(denied.stderr).toContain('Paused "ops" (claimed) for 10 min');
    expect(denied.stderr).toContain('approvals resume AGENT\n');
    for (const caller of callers) {
      expect(await caller.exited).toBe(126);
      expect(caller.stderr()).toBe('SYSTEM_RUN_DENIED: user denied\n');
    }

    const later = run('ops', '/bin/echo', 'three');
    expect(await later.exited).toBe(126);
    expect(later.stderr()).toContain('approval prompt closed without decision');
    const again = run('ops', '/bin/echo', 'ruled');
    expect(await again.exited).toBe(0);
    expect(again.stdout()).toBe('ruled\n');
    const other = run('dev', '/bin/echo', 'hi');
    await mac('approvals', 'allow-once', (await waitForApproval(companion)).id);
    expect(await other.exited).toBe(0);

    const status = JSON.parse((await mac('status', '--json')).stdout);
    const pause = { agent: 'ops', by: { surface: 'control-socket' } };
    expect(status.pausedAgents).toMatchObject([pause]);
    expect((await mac('status')).stdout).toMatch(/Paused +1 agent;/);
    const list = JSON.parse((await mac('approvals', 'paused', '--json')).stdout);
    expect(list).toMatchObject({ ok: true, paused: [pause] });
    expect((await mac('approvals', 'paused')).stdout).toMatch(
      /^"ops" \(claimed\) {2}10 min left {2}paused by control-socket:pid \d+\n$/,
    );

    expect(await mac('approvals', 'resume', 'ops')).toMatchObject({ code: 0 });
    expect((await mac('approvals', 'paused')).stdout).toBe('No agent is paused.\n');
    const asked = run('ops', '/bin/echo', 'four');
    await mac('approvals', 'deny', (await waitForApproval(companion)).id);
    expect(await asked.exited).toBe(126);

    const { rows } = JSON.parse((await mac('audit', '--json')).stdout);
    const ofOps = rows.filter((row: { agentId: string }) => row.agentId === 'ops').reverse();
    const asPerson = { decidedBy: 'person', transport: 'exec-socket' };
    const acts = { decidedBy: 'person', transport: 'companion', exitCode: null };
    expect(ofOps).toMatchObject([
      { ...asPerson, outcome: 'allowed', decision: 'allow-always' },
      { ...acts, outcome: 'denied', reason: expect.stringMatching(/^paused until \d{4}-/) },
      { ...asPerson, outcome: 'denied', reason: 'user-denied' },
      { ...asPerson, outcome: 'denied', reason: 'user-denied' },
      { outcome: 'cancelled', decidedBy: 'cancel', decision: null, reason: 'paused' },
      { outcome: 'allowed', decidedBy: 'rule' },
      { ...acts, outcome: 'cancelled', reason: 'resumed' },
      { ...asPerson, outcome: 'denied', reason: 'user-denied' },
    ]);
  });

  it('pauses for the span it is given, and for nothing that is none', async () => {
    const { companion, mac, run } = await setup();
    const caller = run('ops', '/bin/echo', 'one');
    const { id } = await waitForApproval(companion);
    for (const span of ['soon', '0m', '31d']) {
      expect(await mac('approvals', 'deny', id, '--pause', span)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`--pause does not understand "${span}".`),
      });
    }
    expect((await waitForApproval(companion)).id).toBe(id);
    const denied = await mac('approvals', 'deny', id, '--pause', '3h', '--json');
    const { pause } = JSON.parse(denied.stdout);
    expect(pause.untilMs - pause.sinceMs).toBe(3 * 3_600_000);
    expect(await caller.exited).toBe(126);
  });

  it('pauses agents without a name as main, whose rules they have, and resumes them by either', async () => {
    const { companion, mac } = await setup();
    const operator = await connectOperator(companion);
    const asked = operator.request('exec.approval.request', { command: 'id' });
    const { id } = await waitForApproval(companion);
    const denied = await mac('approvals', 'deny', id, '--pause');
    expect(denied.stderr).toContain('Paused "main" (claimed) for 10 min');
    expect((await asked).payload).toMatchObject({ decision: 'deny' });
    expect(await mac('approvals', 'resume', '')).toMatchObject({ code: 0 });
    expect((await mac('approvals', 'paused')).stdout).toBe('No agent is paused.\n');
  });

  it('resumes by the name as it is shown, and says when there is no such pause', async () => {
    const { companion, mac } = await setup();
    const operator = await connectOperator(companion);
    const odd = 'o\u{200B}ps';
    const asked = operator.request('exec.approval.request', { command: 'id', agentId: odd });
    const { id } = await waitForApproval(companion);
    const denied = JSON.parse((await mac('approvals', 'deny', id, '--pause', '--json')).stdout);
    expect(denied).toMatchObject({ ok: true, id, decision: 'deny', pause: { agent: odd } });
    expect((await asked).payload).toMatchObject({ decision: 'deny' });
    expect(await mac('approvals', 'resume', 'ops')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No agent called "ops" is paused.'),
    });
    expect(await mac('approvals', 'resume', 'o\\u{200B}ps')).toMatchObject({ code: 0 });
    expect(await mac('approvals', 'paused', '--json')).toMatchObject({
      stdout: '{"ok":true,"paused":[]}\n',
    });
  });
});
