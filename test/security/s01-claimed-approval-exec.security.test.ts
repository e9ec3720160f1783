import { describe, expect, it } from 'vitest';
import { canaryCommand, createExecBench, denied } from '#support/exec-host.ts';

describe('S1: a caller that says it is approved already', () => {
  it.each(['allow-once', 'allow-always'] as const)(
    'is asked about like any other when it claims %s, and nothing runs without an answer',
    async (claimedDecision) => {
      for (const transport of ['exec-socket', 'node-invoke'] as const) {
        const { run, desk, store } = createExecBench();
        const { argv, ran } = canaryCommand();
        const result = await run({ argv, claimedDecision }, { transport });
        expect(desk.asked).toHaveLength(1);
        expect(result).toMatchObject({ ok: false, error: { reason: 'approval-cancelled' } });
        expect(ran()).toBe(false);
        expect(store.rules).toEqual([]);
      }
    },
  );

  it('cannot talk a person’s deny away', async () => {
    const { run, desk } = createExecBench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => denied);
    expect(await run({ argv, claimedDecision: 'allow-always' })).toEqual({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: user denied',
        reason: 'user-denied',
      },
    });
    expect(ran()).toBe(false);
  });

  it('gets past neither a policy that never asks nor one that denies', async () => {
    for (const policy of [{ ask: 'off' }, { security: 'deny' }] as const) {
      const { run, desk, store } = createExecBench();
      const { argv, ran } = canaryCommand();
      store.edit(policy);
      expect((await run({ argv, claimedDecision: 'allow-once' })).ok).toBe(false);
      expect(desk.asked).toEqual([]);
      expect(ran()).toBe(false);
    }
  });

  it('is believed when it claims a deny, which only narrows', async () => {
    const { run, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    expect(await run({ argv, claimedDecision: 'deny' })).toMatchObject({
      error: { reason: 'user-denied' },
    });
    expect(desk.asked).toEqual([]);
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ outcome: 'denied', decidedBy: 'request' }]);
  });
});
