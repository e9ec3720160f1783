import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ExecHostDeps } from '#host/exec/types.ts';
import {
  allowAlways,
  allowOnce,
  canaryCommand,
  createExecBench,
  execRequest,
  inProcess,
} from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

const refused = {
  ok: false,
  error: {
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: a person has paused everything',
    reason: 'paused',
  },
};
const row = { outcome: 'denied', decidedBy: 'policy', decision: null, reason: 'paused' };

function bench(deps: Partial<ExecHostDeps> = {}) {
  let still = false;
  const exec = createExecBench({ deps: { standsStill: () => still, ...deps } });
  return {
    ...exec,
    pauseEverything() {
      still = true;
    },
    goOn() {
      still = false;
    },
  };
}

describe('S34: while everything stands still', () => {
  it('nothing runs that rules allow, nobody is asked, and it is written down (AP-16)', async () => {
    const { run, store, desk, rows, pauseEverything, goOn } = bench();
    const { argv, ran } = canaryCommand();
    store.edit({ security: 'full', ask: 'off' });
    pauseEverything();
    expect(await run({ argv })).toEqual(refused);
    expect([ran(), desk.asked]).toEqual([false, []]);
    expect(rows).toMatchObject([{ ...row, commandText: argv.join(' ') }]);
    goOn();
    expect(await run({ argv })).toMatchObject({ ok: true });
    expect(ran()).toBe(true);
  });

  it('nothing runs that a trusted Gateway says was approved, and no approval is used up (S12)', async () => {
    const { run, grantQueries, pauseEverything } = bench({ trustClaims: true });
    const { argv, ran } = canaryCommand();
    pauseEverything();
    expect(await run({ argv, claimedDecision: 'allow-once' })).toEqual(refused);
    expect([ran(), grantQueries]).toEqual([false, []]);
  });

  it('refuses before anything is looked up: nobody learns which programs exist (S16)', async () => {
    const { run, pauseEverything } = bench();
    pauseEverything();
    expect(await run({ argv: ['/nowhere/at/all'] })).toEqual(refused);
  });

  it('nothing starts that was allowed just before it began', async () => {
    const { run, desk, store, rows, pauseEverything } = bench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => {
      pauseEverything();
      return allowOnce;
    });
    expect(await run({ argv })).toEqual(refused);
    expect([ran(), store.rules]).toEqual([false, []]);
    // Who had allowed it stays visible.
    expect(rows).toMatchObject([{ ...row, decision: 'allow-once', surface: 'terminal' }]);
  });

  it('nothing starts while its rule is being stored', async () => {
    const { run, desk, store, pauseEverything } = bench();
    const { argv, ran } = canaryCommand();
    desk.answerWith(() => allowAlways);
    const addRules = vi.spyOn(store, 'addRules').mockImplementationOnce(async (agent, rules) => {
      pauseEverything();
      addRules.mockRestore();
      return await store.addRules(agent, rules);
    });
    expect(await run({ argv })).toEqual(refused);
    expect(ran()).toBe(false);
  });

  it('what runs already goes on to its end', async () => {
    const { execute, store, pauseEverything } = bench();
    store.edit({ security: 'full', ask: 'off' });
    const go = join(tempDir(), 'go');
    const script = `until [ -e ${go} ]; do sleep 0.02; done; echo ended`;
    const request = execRequest({ argv: ['/bin/sh', '-c', script] });
    const started = Promise.withResolvers<void>();
    const running = execute(request, inProcess, new AbortController().signal, started.resolve);
    await started.promise;
    pauseEverything();
    writeFileSync(go, '');
    expect(await running).toMatchObject({ ok: true, payload: { stdout: 'ended\n' } });
  });
});
