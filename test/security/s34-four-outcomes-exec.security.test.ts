import { describe, expect, it } from 'vitest';
import type { ApprovalOutcome } from '#core/approvals/types.ts';
import { allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';

const operator = { surface: 'gateway-operator', who: 'dev-mac' } as const;

describe('S34: the audit tells a person’s deny from silence', () => {
  it.each<[string, ApprovalOutcome, object]>([
    [
      'a person denied',
      { kind: 'denied', by: operator, note: null },
      {
        outcome: 'denied',
        decision: 'deny',
        decidedBy: 'person',
        surface: 'gateway-operator:dev-mac',
        reason: 'user-denied',
      },
    ],
    [
      'the test switch denied',
      { kind: 'denied', by: { surface: 'test-aid', who: null }, note: null },
      { outcome: 'denied', decision: 'deny', decidedBy: 'test-aid', surface: 'test-aid' },
    ],
    [
      'time ran out',
      { kind: 'expired' },
      { outcome: 'expired', decision: null, decidedBy: 'timeout', surface: null },
    ],
    [
      'the window closed',
      { kind: 'cancelled', why: 'presenter-gone' },
      { outcome: 'cancelled', decision: null, decidedBy: 'cancel', reason: 'presenter-gone' },
    ],
    [
      'nobody could be asked',
      { kind: 'cancelled', why: 'no-presenter' },
      { outcome: 'denied', decision: null, decidedBy: 'policy', reason: 'allowlist-miss' },
    ],
  ])('%s', async (_, outcome, row) => {
    const { run, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => outcome);
    const result = await run({ argv });
    expect(result.ok).toBe(false);
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ ...row, exitCode: null, runMs: null }]);
  });

  it('gives the caller another code for silence than for a deny', async () => {
    const reasonFor = async (outcome: ApprovalOutcome) => {
      const { run, desk } = createExecBench();
      desk.answerWith(() => outcome);
      const result = await run(canaryCommand());
      return result.ok ? null : result.error.reason;
    };
    expect(await reasonFor({ kind: 'denied', by: operator, note: null })).toBe('user-denied');
    expect(await reasonFor({ kind: 'expired' })).toBe('approval-cancelled');
    expect(await reasonFor({ kind: 'cancelled', why: 'no-presenter' })).toBe('allowlist-miss');
  });

  it('writes exactly one row for every request, automatic ones included (AP-16)', async () => {
    const { run, desk, store, rows } = createExecBench();
    desk.answerWith(() => allowOnce);
    await run({ argv: ['/bin/true'] });
    store.edit({ security: 'full', ask: 'off' });
    await run({ argv: ['/bin/true'] });
    store.edit({ security: 'deny' });
    await run({ argv: ['/bin/true'] });
    await run({ argv: [' '] });
    await run({ argv: ['/nowhere/x'], cwd: '/nowhere' });
    expect(rows.map(({ outcome, decidedBy }) => `${outcome} by ${decidedBy}`)).toEqual([
      'allowed by person',
      'allowed by policy',
      'denied by policy',
      'invalid by request',
      'denied by policy',
    ]);
    expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(5);
  });
});
