import { describe, expect, it } from 'vitest';
import { canaryCommand, createExecBench, execRequest, inProcess } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('prepare (exec-ipc §6.2)', () => {
  it('says what a run would be and touches nothing', async () => {
    const { prepare, desk, rows } = createExecBench();
    const { argv, ran } = canaryCommand();
    const cwd = tempDir();
    expect(await prepare(execRequest({ argv, cwd, agentId: 'coder' }), inProcess)).toEqual({
      ok: true,
      payload: {
        plan: {
          argv,
          cwd,
          commandText: argv.join(' '),
          commandPreview: null,
          agentId: 'coder',
          sessionKey: null,
        },
        execPolicy: { security: 'allowlist', ask: 'on-miss' },
        allowAlwaysCoverage: { complete: true, patterns: ['/usr/bin/touch'] },
      },
    });
    expect(ran()).toBe(false);
    expect([desk.asked, rows]).toEqual([[], []]);
  });

  it('previews the script of a plain shell call, and what rules would cover of it', async () => {
    const { prepare } = createExecBench();
    const request = execRequest({ argv: ['/bin/sh', '-lc', 'echo hi'] });
    expect(await prepare(request, inProcess)).toMatchObject({
      payload: {
        plan: { commandPreview: 'echo hi' },
        allowAlwaysCoverage: { complete: true, patterns: ['/usr/bin/echo'] },
      },
    });
    const unproved = execRequest({ argv: ['/bin/sh', '-lc', 'echo $HOME'] });
    expect(await prepare(unproved, inProcess)).toMatchObject({
      payload: { allowAlwaysCoverage: { complete: false, patterns: [] } },
    });
  });

  it.each([
    ['a text that is not the command', { rawCommand: 'ls' }, 'invalid'],
    ['a folder that is not there', { cwd: '/nowhere' }, 'cwd-unavailable'],
    ['a program that is not there', { argv: ['/nowhere/x'] as [string] }, 'not-found'],
  ])('refuses %s', async (_, change, reason) => {
    const { prepare } = createExecBench();
    const request = execRequest({ argv: ['/bin/true'], ...change });
    expect(await prepare(request, inProcess)).toMatchObject({ ok: false, error: { reason } });
  });

  it('refuses while the store is unusable (S16)', async () => {
    const { prepare, store } = createExecBench();
    store.break('exec-approvals.json is not JSON');
    expect(await prepare(execRequest({ argv: ['/bin/true'] }), inProcess)).toMatchObject({
      error: { reason: 'approval-store-unavailable' },
    });
  });
});
