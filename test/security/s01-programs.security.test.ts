import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, pendingApprovals, waitForApproval } from '#support/chain.ts';
import { runCli, startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

const claim = (node: string, canary: string) => [
  ...['invoke', '--node', node, '--command', 'system.run', '--params'],
  JSON.stringify({
    command: ['/usr/bin/touch', canary],
    approved: true,
    approvalDecision: 'allow-always',
  }),
];

describe('S1: node.invoke system.run that says it is approved', () => {
  it('asks a person all the same, whichever node it goes to', async () => {
    const companion = await startCompanion();
    const host = await startNodeHost(companion);
    const before = readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8');
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const canary = join(tempDir(), 'canary');
      const invoke = startCli(companion.stateDir, claim(node, canary));
      await answer(companion, await waitForApproval(companion), 'deny');
      expect(await invoke.exited).toBe(126);
      expect(existsSync(canary)).toBe(false);
    }
    expect(readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8')).toBe(before);
  });

  it('D6: runs once, and stores nothing, when the user trusts this Gateway’s approvals', async () => {
    const stateDir = tempDir();
    const config = { version: 1, gateway: { trustApprovals: true } };
    writeFileSync(join(stateDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
    const companion = await startCompanion({ stateDir });
    const host = await startNodeHost(companion);
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const canary = join(tempDir(), 'canary');
      expect((await runCli(stateDir, claim(node, canary))).code).toBe(0);
      expect(existsSync(canary)).toBe(true);
    }
    const audit = await runCli(stateDir, ['audit', '--json']);
    expect(JSON.parse(audit.stdout).rows).toMatchObject([
      { decidedBy: 'grant', reason: 'approval claimed by a trusted Gateway', ruleId: null },
      { decidedBy: 'grant', transport: 'node-invoke' },
    ]);
    const unclaimed = startCli(stateDir, ['run', '--', '/bin/echo', 'hi']);
    await answer(companion, await waitForApproval(companion), 'deny');
    expect(await unclaimed.exited).toBe(126);
    expect(await pendingApprovals(companion)).toEqual([]);
  });
});
