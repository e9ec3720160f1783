import { describe, expect, it } from 'vitest';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { createApprovalGrants } from '#host/gateway/approval-grants.ts';
import { systemClock } from '#host/system.ts';
import { allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';

/** A Gateway approval of exactly one request, and an exec host that honours such approvals. */
function scene() {
  const grants = createApprovalGrants({ clock: systemClock });
  const bench = createExecBench({ deps: { grants } });
  const { argv, ran } = canaryCommand();
  const request = { argv, cwd: '/tmp', agentId: 'coder', sessionKey: 's1' };
  grants.add({
    approvalId: 'a1',
    outcome: { ...allowOnce, kind: 'allowed', decision: 'allow-once', by: allowedBy },
    commandText: argv.join(' '),
    argv,
    cwd: '/tmp',
    agentId: 'coder',
    sessionKey: 's1',
    nodeId: 'node-1',
  });
  return { ...bench, request, ran };
}
const allowedBy = { surface: 'gateway-operator', who: 'dev-mac' } as const;

describe('S12: an approval counts once, for exactly what was approved', () => {
  it('lets the approved run through, and asks the second time', async () => {
    const { run, request, ran, desk, rows } = scene();
    expect(await run(request)).toMatchObject({ ok: true });
    expect(ran()).toBe(true);
    expect(desk.asked).toEqual([]);
    expect(rows).toMatchObject([{ decidedBy: 'grant', surface: 'gateway-operator:dev-mac' }]);
    expect(await run(request)).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
  });

  it.each<[string, Partial<ExecRequest>, Partial<ExecOrigin>]>([
    ['an environment variable', { env: { X: '1' } }, {}],
    ['an environment variable that would be passed on', { env: { TERM: 'xterm' } }, {}],
    ['another folder', { cwd: '/' }, {}],
    ['another agent', { agentId: 'other' }, {}],
    ['another session', { sessionKey: 's2' }, {}],
    ['another node', {}, { nodeId: 'node-2' }],
  ])('is worth nothing with %s', async (_, change, origin) => {
    const { run, request, ran, desk } = scene();
    expect(await run({ ...request, ...change }, origin)).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });

  it('is worth nothing with one more argument', async () => {
    const { run, request, ran, desk } = scene();
    expect(await run({ ...request, argv: [...request.argv, '/tmp'] })).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });

  it('is used up by a run that fails afterwards', async () => {
    const { run, request, desk } = scene();
    await run({ ...request, needsScreenRecording: true });
    await run(request);
    expect(desk.asked).toHaveLength(1);
  });
});
