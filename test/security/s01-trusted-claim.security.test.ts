import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canaryCommand, createExecBench } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

const trusting = { deps: { trustClaims: true } };

describe('S1, D6: approvals of a Gateway that the user chose to trust', () => {
  it.each(['allow-once', 'allow-always'] as const)(
    'a claimed %s runs this once without a question, and stores nothing',
    async (claimedDecision) => {
      const { run, desk, store, rows } = createExecBench(trusting);
      const { argv, ran } = canaryCommand();
      expect(await run({ argv, claimedDecision })).toMatchObject({ ok: true });
      expect(ran()).toBe(true);
      expect(desk.asked).toEqual([]);
      expect(store.rules).toEqual([]);
      expect(rows).toMatchObject([
        {
          outcome: 'allowed',
          decision: 'allow-once',
          decidedBy: 'grant',
          surface: null,
          reason: 'approval claimed by a trusted Gateway',
          ruleId: null,
        },
      ]);
      // The next one claims nothing, so it is asked about.
      expect((await run({ argv })).ok).toBe(false);
      expect(desk.asked).toHaveLength(1);
    },
  );

  it('a request that claims nothing, or a deny, is treated as ever', async () => {
    const { run, desk, rows } = createExecBench(trusting);
    const { argv, ran } = canaryCommand();
    await run({ argv });
    await run({ argv, claimedDecision: 'deny' });
    expect(desk.asked).toHaveLength(1);
    expect(rows).toMatchObject([{ outcome: 'expired' }, { decidedBy: 'request' }]);
    expect(ran()).toBe(false);
  });

  it('security deny and an unusable policy stay closed', async () => {
    const denying = createExecBench(trusting);
    denying.store.edit({ security: 'deny' });
    const broken = createExecBench(trusting);
    broken.store.break('malformed');
    for (const { run } of [denying, broken]) {
      const { argv, ran } = canaryCommand();
      expect((await run({ argv, claimedDecision: 'allow-once' })).ok).toBe(false);
      expect(ran()).toBe(false);
    }
  });

  it('a program that changed since it was looked at does not run (S11)', async () => {
    const program = join(tempDir(), 'program');
    writeFileSync(program, '#!/bin/sh\necho one\n', { mode: 0o755 });
    const { run } = createExecBench({
      deps: {
        trustClaims: true,
        grants: {
          consume() {
            writeFileSync(program, '#!/bin/sh\necho another\n');
            return null;
          },
        },
      },
    });
    expect(await run({ argv: [program], claimedDecision: 'allow-once' })).toMatchObject({
      ok: false,
      error: { reason: 'approval-stale' },
    });
  });
});
