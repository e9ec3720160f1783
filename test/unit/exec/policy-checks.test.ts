import { describe, expect, it } from 'vitest';
import { withoutPresenter } from '#core/exec/policy-checks.ts';
import { promptLimitMs } from '#core/exec/prompt-limit.ts';
import type { ExecOrigin } from '#core/exec/types.ts';

describe('withoutPresenter (exec-ipc §7.5)', () => {
  it.each([
    ['allowlist', 'deny', 'deny'],
    ['allowlist', 'allowlist', 'allowlist'],
    ['allowlist', 'full', 'allowlist'],
    ['full', 'deny', 'deny'],
    ['full', 'allowlist', 'allowlist'],
    ['full', 'full', 'full'],
    ['deny', 'full', 'deny'],
  ] as const)('under %s with fallback %s holds %s, and never asks', (security, fallback, held) => {
    const policy = {
      agentId: 'main',
      security,
      ask: 'always' as const,
      askFallback: fallback,
      autoAllowSkills: false,
      rules: [],
    };
    expect(withoutPresenter(policy)).toMatchObject({ security: held, ask: 'off' });
  });
});

describe('promptLimitMs (D15)', () => {
  it.each<[string, ExecOrigin['transport'], number | null, number, number | null]>([
    ['has no end for a caller that waits for ever', 'node-invoke', null, 40, null],
    ['gives a FEB socket peer its 15 s', 'exec-socket', 15_000, 0, 15_000],
    ['keeps half a second of a long deadline', 'exec-socket', 120_000, 0, 119_500],
    ['keeps a tenth of a short one', 'node-invoke', 1_000, 0, 900],
    ['counts from the arrival', 'node-invoke', 30_000, 200, 29_300],
    ['is never zero, which some queues read as no limit', 'node-invoke', 10, 500, 1],
  ])('%s', (_, transport, budgetMs, elapsedMs, limit) => {
    const origin = { transport, budgetMs, nodeId: null, nodeName: null };
    expect(promptLimitMs(origin, elapsedMs)).toBe(limit);
  });
});
