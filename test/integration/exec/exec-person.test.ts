import { describe, expect, it, vi } from 'vitest';
import { allowAlways, allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('a person decides', () => {
  it('runs exactly once what was allowed once, and asks again', async () => {
    const { run, desk, store, rows } = createExecBench();
    desk.answerWith(() => allowOnce);
    const argv: [string, ...string[]] = ['/usr/bin/printf', '%s', 'a  b'];
    expect(await run({ argv })).toMatchObject({ ok: true, payload: { stdout: 'a  b' } });
    await run({ argv });
    expect(desk.asked).toHaveLength(2);
    expect(store.rules).toEqual([]);
    expect(rows[0]).toMatchObject({
      outcome: 'allowed',
      decision: 'allow-once',
      decidedBy: 'person',
      surface: 'terminal',
      commandText: '/usr/bin/printf %s "a  b"',
      exitCode: 0,
      ruleId: null,
    });
  });

  it('shows the whole truth of the plan', async () => {
    const { run, desk } = createExecBench();
    const cwd = tempDir();
    await run(
      {
        argv: ['printf', 'x'],
        cwd,
        env: { TERM: 'dumb', PATH: '/evil' },
        agentId: 'coder',
        sessionKey: 's1',
      },
      { nodeName: 'studio' },
    );
    expect(desk.asked[0]).toMatchObject({
      kind: 'exec',
      subject: {
        commandText: 'printf x',
        argv: ['printf', 'x'],
        cwd,
        executable: '/usr/bin/printf',
        agentId: 'coder',
        sessionKey: 's1',
        nodeId: 'node-1',
        host: 'studio',
        security: 'allowlist',
        ask: 'on-miss',
      },
    });
    expect({ ...desk.asked[0]?.subject.env }).toEqual({ TERM: 'dumb' });
  });

  it.each([
    ['in process, for as long as the caller waits', { budgetMs: 60_000 }, 59_000, 59_500],
    [
      'for 15 s on the socket',
      { transport: 'exec-socket', budgetMs: 15_000 } as const,
      14_500,
      15_000,
    ],
  ])('is asked %s', async (_, origin, atLeast, atMost) => {
    const { run, desk } = createExecBench();
    await run(canaryCommand(), origin);
    expect(desk.asked[0]?.timeoutMs).toBeGreaterThanOrEqual(atLeast);
    expect(desk.asked[0]?.timeoutMs).toBeLessThanOrEqual(atMost);
  });

  it('stores what was allowed always, before it runs, and does not ask again', async () => {
    const { run, desk, store, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    const addRules = vi.spyOn(store, 'addRules').mockImplementationOnce(async (agent, rules) => {
      expect(ran()).toBe(false);
      addRules.mockRestore();
      return await store.addRules(agent, rules);
    });
    desk.answerWith(() => allowAlways);
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(desk.asked[0]?.offered).toEqual(['allow-once', 'allow-always', 'deny']);
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(desk.asked).toHaveLength(1);
    expect(rows).toMatchObject([
      { decidedBy: 'person', decision: 'allow-always', ruleId: 'rule-1' },
      { decidedBy: 'rule', decision: null, ruleId: 'rule-1' },
    ]);
    expect(store.used).toEqual(['rule-1', 'rule-1']);
  });

  it('stores one rule when identical requests share one answer', async () => {
    const { run, desk, store } = createExecBench();
    const { argv } = canaryCommand();
    const answer = Promise.withResolvers<typeof allowAlways>();
    desk.answerWith(() => answer.promise);
    const both = [run({ argv }), run({ argv })];
    await vi.waitFor(() => expect(desk.asked).toHaveLength(2));
    answer.resolve(allowAlways);
    for (const one of await Promise.all(both)) expect(one.ok).toBe(true);
    expect(store.rules).toHaveLength(1);
  });

  it.each([
    ['a shell', { argv: ['/bin/sh'] }, {}],
    ['a text that expands something', { argv: ['/bin/sh', '-c', 'true $HOME'] }, {}],
    ['ask=always', { argv: ['/bin/true'] }, { ask: 'always' }],
    ['an environment change', { argv: ['/bin/true'], env: { TERM: 'x' } }, {}],
  ] as const)('does not offer "always" for %s (D8)', async (_, request, policy) => {
    const { run, desk, store } = createExecBench();
    store.edit(policy);
    const answered = allowAlways;
    desk.answerWith(() => answered);
    const result = await run({ ...request, argv: [...request.argv] });
    expect(desk.asked[0]?.offered).toEqual(['allow-once', 'deny']);
    // An answer that was not offered decides nothing (exec-ipc §7.3).
    expect(result).toMatchObject({ ok: false, error: { reason: 'approval-cancelled' } });
    expect(store.rules).toEqual([]);
  });

  it('does not offer "always" when the rule would not stop the question (D8)', async () => {
    const rule = { pattern: '/bin/other', argPattern: '', cwd: '/', sentence: 'Allows nothing.' };
    const always = [{ ...rule, expiresAt: null, contentSha256: null }];
    const verdict = {
      kind: 'prompt',
      layer: 'rules',
      why: 'No rule.',
      findings: [],
      always,
    } as const;
    const { run, desk, store } = createExecBench({ deps: { engine: () => verdict } });
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => allowAlways);
    expect(await run({ argv })).toMatchObject({ error: { reason: 'approval-cancelled' } });
    expect(desk.asked[0]?.offered).toEqual(['allow-once', 'deny']);
    expect(store.rules).toEqual([]);
    expect(ran()).toBe(false);
  });

  it('runs nothing when the rule it was told to store cannot be stored', async () => {
    const { run, desk, store, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => allowAlways);
    store.failWrites();
    expect(await run({ argv })).toEqual({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: exec approvals update unavailable',
        reason: 'approval-store-unavailable',
      },
    });
    expect(ran()).toBe(false);
    expect(rows).toHaveLength(1);
  });
});
