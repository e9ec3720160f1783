import { describe, expect, it } from 'vitest';
import { approvalText, approvalTitle } from '#cli/approval-text.ts';
import { renderQuestion } from '#cli/terminal/terminal-screen.ts';
import { approvalLines } from '#core/approvals/subject-text.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { approvalAskOf, claimedRequest } from '#host/gateway/approval-request.ts';
import { approvalView } from '#host/sockets/approval-view.ts';
import { decodeInnerRequest } from '#host/sockets/inner-request.ts';
import { systemHasher } from '#host/system.ts';
import { askOf } from '#support/approvals.ts';
import { canaryCommand, createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';

const names = { agentId: 'alice', sessionKey: 'agent:alice:main', nodeId: 'node-x', host: 'mac' };

function pending(kind: PendingApproval['kind']): PendingApproval {
  const { subject, planDigest, offered } = askOf({ subject: names, agent: 'alice' });
  const shown = { kind, subject, planDigest, offered, displayDigest: '', count: 1 };
  return { ...shown, id: '1', createdAtMs: 0, expiresAtMs: null };
}

describe('S25: what a caller says about itself is shown as a claim', () => {
  const style = { columns: 80, rows: 24, color: false, rewrites: false };

  it('on the terminal, in the list and in full', () => {
    const approval = pending('gateway-request');
    const surfaces = [renderQuestion(approval, 1, style), approvalText(approvalView(approval))];
    for (const text of surfaces) {
      for (const name of Object.values(names)) expect(text).toContain(`"${name}" (claimed)`);
    }
    expect(approvalTitle(approvalView(approval))).toContain('"alice" (claimed)');
  });

  it('the name of a Gateway client cannot end its own quotation', () => {
    const client = 'cli" (verified) "';
    const ask = approvalAskOf('1', claimedRequest({ command: 'ls' }), null, client, systemHasher);
    const lines = approvalLines({ ...ask.subject, kind: ask.kind });
    expect(lines.find(({ id }) => id === 'why')?.text).toContain('"cli\\" (verified) \\""');
  });
});

describe('S25: only the transport says who asks', () => {
  it('a request cannot name its node, its host or a reason', async () => {
    const claims = { nodeId: 'trusted', nodeName: 'trusted', host: 'trusted', reason: 'trusted' };
    const decoded = decodeInnerRequest(
      JSON.stringify({ command: ['/usr/bin/id'], ...claims, why: 'trusted', by: 'trusted' }),
    );
    if (!('request' in decoded)) throw new Error('the request is well formed');
    const bench = createExecBench();
    await bench.run(decoded.request, { nodeId: 'proved', nodeName: 'proved name' });
    const [ask] = bench.desk.asked;
    expect(ask?.subject).toMatchObject({ nodeId: 'proved', host: 'proved name' });
    expect(JSON.stringify(ask)).not.toContain('trusted');
  });

  it('the same command through another node is another question', async () => {
    const bench = createExecBench();
    await bench.run({ argv: ['/usr/bin/id'] }, { nodeId: 'one' });
    await bench.run({ argv: ['/usr/bin/id'] }, { nodeId: 'two' });
    const [one, two] = bench.desk.asked.map((ask) => ask.planDigest);
    expect(one).not.toBe(two);
  });
});

describe('S25: hints that contradict each other are denied', () => {
  it.each([
    ['a session of another agent', { agentId: 'main', sessionKey: 'agent:mallory:main' }],
    ['a session of everybody', { agentId: 'main', sessionKey: 'agent:*:main' }],
    ['the name of every agent', { agentId: '*', sessionKey: null }],
    ['the name of every agent, padded', { agentId: ' * ', sessionKey: 'agent:*:main' }],
  ])('%s: nothing runs and nobody is asked, whatever the rules', async (_, claims) => {
    const bench = createExecBench();
    bench.store.edit({ security: 'full', ask: 'off', rules: [policyRule({ pattern: '*' })] });
    const command = canaryCommand();
    const result = await bench.run({ argv: command.argv, ...claims });
    expect(result).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    expect(command.ran()).toBe(false);
    expect(bench.desk.asked).toEqual([]);
    expect(bench.rows).toHaveLength(1);
  });

  it('while an agent and its own session run what they may', async () => {
    const bench = createExecBench();
    bench.store.edit({ security: 'full', ask: 'off' });
    const command = canaryCommand();
    await bench.run({ argv: command.argv, agentId: 'main', sessionKey: 'agent:main:main' });
    expect(command.ran()).toBe(true);
  });
});
