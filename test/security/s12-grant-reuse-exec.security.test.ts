import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { createApprovalGrants } from '#host/gateway/approval-grants.ts';
import { systemClock } from '#host/system.ts';
import { allowOnce, canaryCommand, claimOf, createExecBench } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A Gateway approval of exactly one request, and an exec host that honours such approvals. */
async function scene() {
  const grants = createApprovalGrants({ clock: systemClock });
  const bench = createExecBench({ deps: { grants } });
  const { argv, ran } = canaryCommand();
  const request = { argv, cwd: '/tmp', agentId: 'coder', sessionKey: 's1' };
  const foreseen = await bench.foresee(claimOf(argv, request), 'node-1');
  grants.add({
    approvalId: 'a1',
    outcome: { ...allowOnce, kind: 'allowed', decision: 'allow-once', by: allowedBy },
    digests: foreseen?.digests ?? new Set(),
    always: null,
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
    const { run, request, ran, desk, rows } = await scene();
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
    const { run, request, ran, desk } = await scene();
    expect(await run({ ...request, ...change }, origin)).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });

  it('is worth nothing with one more argument', async () => {
    const { run, request, ran, desk } = await scene();
    expect(await run({ ...request, argv: [...request.argv, '/tmp'] })).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });

  it('is used up by a run that fails afterwards', async () => {
    const { run, request, desk } = await scene();
    await run({ ...request, needsScreenRecording: true });
    await run(request);
    expect(desk.asked).toHaveLength(1);
  });
});

/** An approval of a text alone, as recorded callers ask for it, and programs that want to use it. */
async function textScene() {
  const grants = createApprovalGrants({ clock: systemClock });
  const bench = createExecBench({ deps: { grants } });
  const { argv, ran } = canaryCommand();
  const commandText = argv.join(' ');
  const foreseen = await bench.foresee(claimOf(argv, { argv: null }), 'node-1');
  grants.add({
    approvalId: 'a1',
    outcome: { ...allowOnce, kind: 'allowed', decision: 'allow-once', by: allowedBy },
    digests: foreseen?.digests ?? new Set(),
    always: null,
    cwd: null,
    agentId: null,
    sessionKey: null,
    nodeId: null,
  });
  const dir = tempDir();
  const impostor = join(dir, 'bash');
  writeFileSync(impostor, `#!/bin/sh\n${commandText}\n`);
  chmodSync(impostor, 0o755);
  symlinkSync(impostor, join(dir, 'sh'));
  return { ...bench, commandText, ran, dir };
}

describe('S4, S12: an approved text speaks for the shells of the system only', () => {
  it.each(['/bin/sh', '/usr/bin/bash'])('%s may run the script', async (shell) => {
    const { run, commandText, ran, desk } = await textScene();
    expect(await run({ argv: [shell, '-lc', commandText] })).toMatchObject({ ok: true });
    expect(ran()).toBe(true);
    expect(desk.asked).toEqual([]);
  });

  it.each(['bash', 'sh'])('a program that only bears the name %s asks', async (name) => {
    const { run, commandText, ran, desk, dir } = await textScene();
    expect(await run({ argv: [join(dir, name), '-c', commandText] })).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });

  it('a bare name, which the search path may lead anywhere, asks', async () => {
    const { run, commandText, ran, desk } = await textScene();
    expect(await run({ argv: ['sh', '-c', commandText] })).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(ran()).toBe(false);
  });
});
