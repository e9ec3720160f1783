import { describe, expect, it } from 'vitest';
import { answer, waitForApproval, waitForApprovals } from '#support/chain.ts';
import { runCli, startCli, startCompanion } from '#support/programs.ts';

describe('S34: denied, expired, cancelled and refused by policy', () => {
  it('are told apart by caller and history', async () => {
    const companion = await startCompanion();
    const { stateDir } = companion;
    const run = (...args: string[]) =>
      startCli(stateDir, ['run', '--agent', args[0] ?? '', ...args.slice(1), '--', '/bin/echo']);

    const denied = run('denied');
    await answer(companion, await waitForApproval(companion), 'deny');
    expect(await denied.exited).toBe(126);

    const expired = run('expired', '--wait', '8000');
    expect(await expired.exited).toBe(126);

    const cancelled = run('cancelled');
    await waitForApproval(companion);
    cancelled.child.kill('SIGINT');
    await waitForApprovals(companion, 0);
    expect(await cancelled.exited).toBe(130);

    expect(denied.stderr()).toBe('SYSTEM_RUN_DENIED: user denied\n');
    expect(expired.stderr()).toContain('approval prompt closed without decision');
    const { rows } = JSON.parse((await runCli(stateDir, ['audit', '--json'])).stdout);
    expect(rows).toMatchObject([
      { agentId: 'cancelled', outcome: 'cancelled', decidedBy: 'cancel', reason: 'caller-gone' },
      { agentId: 'expired', outcome: 'expired', decidedBy: 'timeout', decision: null },
      { agentId: 'denied', outcome: 'denied', decidedBy: 'person', decision: 'deny' },
    ]);
  });
});
