import { describe, expect, it } from 'vitest';
import type { ApprovalOutcome } from '#core/approvals/types.ts';
import { allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';

const broken = () => {
  throw new Error('broken');
};

describe('S16: nothing runs when a part is broken', () => {
  it('store unusable: denied before anybody is asked, even where everything was allowed', async () => {
    const { run, desk, store, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    store.edit({ security: 'full', ask: 'off', askFallback: 'full' });
    store.break('exec-approvals.json is not JSON');
    desk.answerWith(() => allowOnce);
    expect(await run({ argv })).toEqual({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: exec approvals store unavailable',
        reason: 'approval-store-unavailable',
      },
    });
    expect(desk.asked).toEqual([]);
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ outcome: 'denied', decidedBy: 'policy' }]);
  });

  it('store unusable: a missing program looks the same as a present one', async () => {
    const { run, store } = createExecBench();
    store.break('newer schema');
    const present = await run({ argv: ['/bin/true'] });
    expect(await run({ argv: ['/nowhere/tool'] })).toEqual(present);
  });

  it.each<[string, ApprovalOutcome]>([
    ['the window closed', { kind: 'cancelled', why: 'presenter-gone' }],
    ['the queue is full', { kind: 'cancelled', why: 'queue-full' }],
    ['the agent is cooling down', { kind: 'cancelled', why: 'cooling-down' }],
    ['the companion stops', { kind: 'cancelled', why: 'shutdown' }],
    ['nobody answered', { kind: 'expired' }],
  ])('%s: no decision and never the fallback', async (_, outcome) => {
    const { run, desk, store } = createExecBench();
    const { argv, ran } = canaryCommand();
    store.edit({ security: 'full', ask: 'always', askFallback: 'full' });
    desk.answerWith(() => outcome);
    expect(await run({ argv })).toEqual({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: approval prompt closed without decision',
        reason: 'approval-cancelled',
      },
    });
    expect(ran()).toBe(false);
  });

  it.each<[string, Parameters<typeof createExecBench>[0]]>([
    ['the policy engine', { deps: { engine: broken } }],
    ['the grants', { deps: { grants: { consume: broken } } }],
    ['the permission probe', { deps: { screenRecording: broken } }],
    ['the path probe', { plan: { probe: { look: broken, lookNow: broken } } }],
  ])('%s throws: refused with an id, one row, nothing runs', async (_, options) => {
    const { run, desk, store, rows } = createExecBench(options);
    const { argv, ran } = canaryCommand();
    store.edit({ security: 'full', ask: 'off' });
    desk.answerWith(() => allowOnce);
    const result = await run({ argv, needsScreenRecording: true });
    expect(result).toMatchObject({ ok: false, error: { reason: 'internal' } });
    expect(ran()).toBe(false);
    expect(rows).toHaveLength(1);
  });
});
