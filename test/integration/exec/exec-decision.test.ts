import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AlwaysGrant } from '#core/policy/always-grant.ts';
import type { ApprovalGrants } from '#core/ports.ts';
import { askSchema, securitySchema } from '#protocol/approvals-document.ts';
import { execDecisionSchema } from '#protocol/exec-socket.ts';
import {
  allowAlways,
  allowOnce,
  canaryCommand,
  claimOf,
  createExecBench,
} from '#support/exec-host.ts';
import { execVectors } from '#support/exec-vectors.ts';

describe('the decision function (exec-ipc §3.4)', () => {
  const vectors = execVectors(
    'exec-evaluate',
    z.looseObject({
      command: z.tuple([z.string()], z.string()).optional(),
      security: securitySchema.optional(),
      ask: askSchema.optional(),
      allowlistSatisfied: z.boolean().optional(),
      needsScreenRecording: z.boolean().optional(),
      approvalDecision: execDecisionSchema.nullish(),
      approvalSource: z.string().optional(),
      policySnapshot: z.string().nullish(),
    }),
    z.unknown(),
  );
  /**
   * Approvals that a caller claims are dropped before the host sees them (D6). The untouched argv is
   * a matter of the runner's own test.
   */
  const ours = vectors.filter(
    ({ id, input }) =>
      id !== 'eval-argv-preserved' &&
      input.approvalSource === undefined &&
      input.policySnapshot === undefined,
  );

  it('has the vectors that hold for exact rules', () => {
    expect(ours).toHaveLength(9);
  });

  it.each(ours)('agrees with upstream on $id', async ({ input, expected }) => {
    const { run, desk, store } = createExecBench();
    const { argv } = input.command ? { argv: input.command } : canaryCommand();
    if (input.allowlistSatisfied) {
      desk.answerWith(() => allowAlways);
      await run({ argv });
      expect(store.rules).toHaveLength(1);
    }
    if (input.security) store.edit({ security: input.security, ask: input.ask ?? 'off' });
    desk.answerWith(() => ({ kind: 'expired' }));
    const asked = desk.asked.length;
    const result = await run({
      argv,
      needsScreenRecording: input.needsScreenRecording ?? false,
      claimedDecision: input.approvalDecision ?? null,
    });
    if (expected === 'prompt') expect(desk.asked).toHaveLength(asked + 1);
    else {
      expect(desk.asked).toHaveLength(asked);
      if (expected === 'allow') expect(result).toMatchObject({ ok: true });
      else expect(result).toMatchObject(expected as object);
    }
  });
});

describe('nobody can be asked (decisions "Who allowed it")', () => {
  const nobody = { kind: 'cancelled', why: 'no-presenter' } as const;

  it('denies by default', async () => {
    const { run, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => nobody);
    expect(await run({ argv })).toMatchObject({
      ok: false,
      error: { message: 'SYSTEM_RUN_DENIED: allowlist miss', reason: 'allowlist-miss' },
    });
    expect(ran()).toBe(false);
    expect(rows).toMatchObject([{ outcome: 'denied', decidedBy: 'policy', decision: null }]);
  });

  it.each([
    ['full', 'full', 'always', true],
    ['full', 'allowlist', 'always', false],
    ['allowlist', 'full', 'on-miss', false],
  ] as const)(
    'under %s with fallback %s and ask=%s runs: %s',
    async (security, askFallback, ask, runs) => {
      const { run, desk, store } = createExecBench();
      const { argv, ran } = canaryCommand();
      store.edit({ security, askFallback, ask });
      desk.answerWith(() => nobody);
      expect((await run({ argv })).ok).toBe(runs);
      expect(ran()).toBe(runs);
    },
  );
});

describe('approvals of our own Gateway (D6)', () => {
  const grantOnce = (
    decision: 'allow-once' | 'allow-always',
    always: AlwaysGrant | null = null,
  ): ApprovalGrants => {
    let left = 1;
    const grant = { approvalId: 'a1', decision, outcome: allowOnce, always };
    return { consume: () => (left-- > 0 ? grant : null) };
  };

  it('let one run through without a question', async () => {
    const { run, desk, rows } = createExecBench({ deps: { grants: grantOnce('allow-once') } });
    const { argv } = canaryCommand();
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(desk.asked).toEqual([]);
    expect(await run({ argv })).toMatchObject({ ok: false });
    expect(desk.asked).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      decidedBy: 'grant',
      decision: 'allow-once',
      surface: 'terminal',
      reason: 'approval a1 of the Gateway',
    });
  });

  // AP-12: "always" stored what the run could be allowed by, which nobody had been shown. Now it
  // stores the rules that came with the answer, and a grant without any stores nothing.
  it('store the rule that was shown with the question, and no other', async () => {
    const unseen = createExecBench({ deps: { grants: grantOnce('allow-always') } });
    expect(await unseen.run(canaryCommand())).toMatchObject({ ok: true });
    expect(unseen.store.rules).toEqual([]);

    const canary = canaryCommand();
    const foreseen = await unseen.foresee({ ...claimOf(canary.argv), nodeId: 'node-1' }, 'node-1');
    const shown = foreseen?.granted(undefined) ?? null;
    const { run, store } = createExecBench({ deps: { grants: grantOnce('allow-always', shown) } });
    expect(await run(canary)).toMatchObject({ ok: true });
    expect(store.rules).toMatchObject(shown?.rules.map(({ pattern }) => ({ pattern })) ?? []);
    expect(store.rules).toHaveLength(1);

    const other = createExecBench({ deps: { grants: grantOnce('allow-always', shown) } });
    expect(await other.run({ argv: ['/bin/sh', '-c', 'true >x$0'] })).toMatchObject({ ok: true });
    expect(other.store.rules).toEqual([]);
  });

  it('also answer a policy that never asks, but not one that denies', async () => {
    const never = createExecBench({ deps: { grants: grantOnce('allow-once') } });
    never.store.edit({ ask: 'off' });
    expect(await never.run(canaryCommand())).toMatchObject({ ok: true });
    const closed = createExecBench({ deps: { grants: grantOnce('allow-once') } });
    closed.store.edit({ security: 'deny' });
    const canary = canaryCommand();
    expect(await closed.run(canary)).toMatchObject({ error: { reason: 'security=deny' } });
    expect(canary.ran()).toBe(false);
  });

  it('are looked up with everything that must match', async () => {
    const { run, grantQueries, foresee } = createExecBench();
    const argv = ['/bin/sh', '-lc', 'echo hi'] as const;
    const named = { cwd: '/tmp', agentId: 'coder', sessionKey: 's1' };
    const foreseen = await foresee({ ...claimOf(argv), ...named }, 'node-1');
    await run({ argv, ...named, env: { B: '1', A: '2' } });
    expect(grantQueries).toEqual([
      {
        digest: [...(foreseen?.digests ?? [])][0],
        cwd: '/tmp',
        agentId: 'coder',
        sessionKey: 's1',
        nodeId: 'node-1',
        envKeys: ['A', 'B'],
      },
    ]);
  });
});
