import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';
import { pendingApproval, startControlSocket } from '#support/control-socket.ts';
import { runCli } from '#support/programs.ts';
import { exchange } from '#support/raw-peer.ts';

describe('S24: deny and pause answers what was read, and can only narrow', () => {
  it('a pause made for another text pauses and denies nobody', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval } = ask({ agent: 'a', command: 'ls' });
    const { id } = ask({ agent: 'b', command: 'rm -rf /' }).approval;
    const { displayDigest } = approval;
    const answer = {
      id,
      decision: 'deny',
      by: person,
      displayDigest,
      pauseAgentMs: 600_000,
    } as const;
    expect(queue.answer(answer)).toBe('stale');
    expect(queue.pauses.list()).toEqual([]);
    expect(queue.list()).toHaveLength(2);
  });

  it.each(['allow-once', 'allow-always'] as const)('no %s carries a pause', (decision) => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { id, displayDigest } = ask({ offered: ['allow-once', 'allow-always', 'deny'] }).approval;
    const answer = { id, decision, by: person, displayDigest, pauseAgentMs: 600_000 };
    expect(queue.answer(answer)).toBe('not-offered');
    expect(queue.pauses.list()).toEqual([]);
    expect(queue.list()).toHaveLength(1);
  });

  it('what arrives while a person reads is never allowed along, and a pause only denies it', async () => {
    const { queue, ask, decide } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    const read = ask({ agent: 'a', command: 'ls' });
    const arrivals = ['ls', 'rm -rf /'].map((command) => ask({ agent: 'a', command }));
    expect(decide(read.approval.id, 'allow-once')).toBe('accepted');
    expect(queue.list()).toHaveLength(2);
    const [shown] = arrivals;
    const { id, displayDigest } = queue.get(shown?.approval.id ?? '') ?? read.approval;
    const answer = {
      id,
      decision: 'deny',
      by: person,
      displayDigest,
      pauseAgentMs: 600_000,
    } as const;
    expect(queue.answer(answer)).toBe('accepted');
    for (const { outcome } of arrivals) expect((await outcome).kind).toBe('denied');
  });

  it('a paused agent is paused under its name with blanks around it, which rules hear too', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { id, displayDigest } = ask({ agent: 'a' }).approval;
    queue.answer({ id, decision: 'deny', by: person, displayDigest, pauseAgentMs: 600_000 });
    for (const agent of ['a ', ' a', '\ta\n', '\u00a0a']) {
      const outcome = await ask({ agent, command: agent }).outcome;
      expect(outcome).toEqual({ kind: 'cancelled', why: 'paused' });
    }
  });
});

describe('S24, D12: the pause on control.sock', () => {
  const { id, displayDigest } = pendingApproval;
  const by = { surface: 'terminal', who: 'user' } as const;
  const paused = [{ agent: 'main', by, sinceMs: 0, untilMs: 600_000 }];

  it('needs the digest of what was shown', async () => {
    const { path, answers } = await startControlSocket();
    const request = { op: 'approvals.decide', id, decision: 'deny', pauseAgentMs: 600_000 };
    const text = await exchange(path, `${JSON.stringify(request)}\n`);
    expect(JSON.parse(text)).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    expect(answers).toEqual([]);
  });

  it('reaches the desk only when it was asked for', async () => {
    const { path, answers } = await startControlSocket();
    const deny = { op: 'approvals.decide', id, decision: 'deny', displayDigest } as const;
    await callControl(path, deny);
    await callControl(path, { ...deny, pauseAgentMs: 600_000 });
    expect(answers[0]).not.toHaveProperty('pauseAgentMs');
    expect(answers[1]).toMatchObject({ decision: 'deny', pauseAgentMs: 600_000 });
  });

  it('is not lifted, nor even seen, by a command that the companion runs', async () => {
    const { path, resumed } = await startControlSocket({
      paused,
      descent: () => Promise.resolve('descendant'),
    });
    for (const request of [
      { op: 'approvals.resume', agent: 'main' },
      { op: 'approvals.paused' },
    ] as const) {
      await expect(callControl(path, request)).rejects.toMatchObject({ code: 'DENIED' });
    }
    expect(resumed).toEqual([]);
  });

  it('openclaw-mac offers it with deny alone', async () => {
    const { path, answers } = await startControlSocket();
    const allow = await runCli(dirname(path), ['approvals', 'allow-once', id, '--pause']);
    expect(allow).toMatchObject({ code: 2, stdout: '' });
    expect(answers).toEqual([]);
    await runCli(dirname(path), ['approvals', 'deny', id, '--pause']);
    expect(answers).toMatchObject([{ decision: 'deny', pauseAgentMs: 600_000 }]);
  });
});
