import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowAlways, allowOnce, canaryCommand, createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { tempDir } from '#support/temp-dir.ts';

/** @param what changed, as the caller is told. */
const stale = (what: string) => ({
  ok: false,
  error: {
    code: 'UNAVAILABLE',
    message: `SYSTEM_RUN_DENIED: changed since approval: ${what}`,
    reason: 'approval-stale',
  },
});

/** A program in a folder of its own that leaves a file behind when it, or what replaced it, runs. */
function scene() {
  const dir = tempDir();
  const canary = canaryCommand();
  const write = (path: string, note: string) => {
    writeFileSync(path, `#!/bin/sh\n# ${note}\n${canary.argv.join(' ')}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'work'));
  return { dir, write, ran: canary.ran, tool: write(join(dir, 'bin/tool'), 'good') };
}

describe('S11, AP-11: changed between the answer and the run', () => {
  const attacks: [string, string, (at: ReturnType<typeof scene>) => void][] = [
    [
      'the program is written to',
      'program changed',
      ({ tool }) => appendFileSync(tool, '# evil\n'),
    ],
    [
      'the program is replaced by one of the same size',
      'program changed',
      ({ tool, write, dir }) => renameSync(write(join(dir, 'new'), 'evil'), tool),
    ],
    [
      'the program is rewritten with the same size and its old time of writing',
      'program changed',
      ({ tool, write }) => {
        execFileSync('touch', ['-r', tool, `${tool}.time`]);
        write(tool, 'evil');
        execFileSync('touch', ['-r', `${tool}.time`, tool]);
      },
    ],
    ['the program is removed', 'program went away', ({ tool }) => rmSync(tool)],
    [
      'the program becomes a link',
      'program changed',
      ({ tool, write, dir }) => {
        rmSync(tool);
        symlinkSync(write(join(dir, 'new'), 'evil'), tool);
      },
    ],
    [
      'the folder is replaced',
      'folder changed',
      ({ dir }) => {
        renameSync(join(dir, 'work'), join(dir, 'old'));
        mkdirSync(join(dir, 'work'));
      },
    ],
    [
      'the folder becomes a link',
      'folder changed',
      ({ dir }) => {
        renameSync(join(dir, 'work'), join(dir, 'old'));
        symlinkSync('/tmp', join(dir, 'work'));
      },
    ],
    [
      'the folder is removed',
      'folder went away',
      ({ dir }) => rmSync(join(dir, 'work'), { recursive: true }),
    ],
  ];

  it.each(attacks)('%s: nothing runs, nothing is stored, %s is told', async (_, told, attack) => {
    for (const answer of [allowOnce, allowAlways]) {
      const at = scene();
      const { run, desk, store, rows } = createExecBench();
      desk.answerWith(() => {
        attack(at);
        return answer;
      });
      const cwd = join(at.dir, 'work');
      const [kind = '', ...how] = told.split(' ');
      const path = kind === 'program' ? at.tool : cwd;
      expect(await run({ argv: [at.tool], cwd })).toEqual(stale(path));
      expect(desk.asked).toHaveLength(1);
      expect(at.ran()).toBe(false);
      expect(store.rules).toEqual([]);
      const there = kind === 'folder' ? ' there' : '';
      const error = `Nothing ran. The ${kind} ${path} ${how.join(' ')} after you allowed this; ask again to run it${there}.`;
      expect(rows).toMatchObject([
        {
          outcome: 'denied',
          decidedBy: 'policy',
          reason: 'approval-stale',
          surface: 'terminal',
          error,
        },
      ]);
      expect(desk.told).toEqual([error]);
    }
  });

  it.each([
    ['the link to the folder', 'link'],
    ['a link above the folder', 'up/work'],
  ])('%s is swapped: nothing runs', async (_, cwd) => {
    const at = scene();
    const link = join(at.dir, cwd.split('/')[0] ?? '');
    symlinkSync(cwd === 'link' ? join(at.dir, 'work') : at.dir, link);
    mkdirSync(join(at.dir, 'other/work'), { recursive: true });
    const { run, desk } = createExecBench();
    desk.answerWith(() => {
      rmSync(link);
      symlinkSync(join(at.dir, 'other'), link);
      return allowOnce;
    });
    const named = join(at.dir, cwd);
    expect(await run({ argv: [at.tool], cwd: named })).toEqual(stale(named));
    expect(at.ran()).toBe(false);
  });

  it.each<[string, (script: string) => [string, ...string[]]]>([
    ['sh tool', (script) => ['/bin/sh', script]],
    ['sh ./tool', () => ['/bin/sh', './tool']],
    ["sh -lc 'sh tool'", (script) => ['/bin/sh', '-lc', `sh ${script}`]],
    [
      "sh -lc 'cd / && true; sh tool'",
      (script) => ['/bin/sh', '-lc', `cd / && true; sh ${script}`],
    ],
    ['env -i sh -e tool', (script) => ['/usr/bin/env', '-i', 'sh', '-e', script]],
  ])('the script of %s is rewritten or appears: nothing runs', async (_, argvOf) => {
    for (const before of ['there', 'missing']) {
      const at = scene();
      const { run, desk, rows } = createExecBench();
      if (before === 'missing') renameSync(at.tool, join(at.dir, 'tool'));
      desk.answerWith(() => {
        at.write(at.tool, 'evil');
        return allowOnce;
      });
      const cwd = join(at.dir, 'bin');
      const named = before === 'missing' && argvOf('')[1] === './tool' ? `${cwd}/./tool` : at.tool;
      expect(await run({ argv: argvOf(at.tool), cwd })).toEqual(stale(named));
      const how = before === 'missing' ? 'appeared' : 'changed';
      const told = `Nothing ran. The file ${named} among its arguments ${how} after you`;
      expect(rows).toMatchObject([{ error: expect.stringContaining(told) }]);
      expect(at.ran()).toBe(false);
    }
  });

  it('a script that stays as it is runs', async () => {
    const at = scene();
    const { run, desk } = createExecBench();
    desk.answerWith(() => allowOnce);
    expect(await run({ argv: ['/bin/sh', at.tool] })).toMatchObject({ ok: true });
    expect(at.ran()).toBe(true);
  });

  it('another program of that name comes first on the search path: nothing runs', async () => {
    const at = scene();
    const first = tempDir();
    const { run, desk } = createExecBench({
      plan: { searchPath: `${first}:${join(at.dir, 'bin')}` },
    });
    desk.answerWith(() => {
      at.write(join(first, 'tool'), 'evil');
      return allowOnce;
    });
    expect(await run({ argv: ['tool'] })).toEqual(stale(join(first, 'tool')));
    expect(at.ran()).toBe(false);
  });

  it('the policy starts to deny, or its store breaks: nothing runs', async () => {
    for (const change of ['deny', 'break'] as const) {
      const at = scene();
      const { run, desk, store } = createExecBench();
      desk.answerWith(() => {
        if (change === 'deny') store.edit({ security: 'deny' });
        else store.break('not JSON');
        return allowOnce;
      });
      expect(await run({ argv: [at.tool] })).toEqual(stale('the rules'));
      expect(at.ran()).toBe(false);
    }
  });

  it('the policy starts to allow only what rules prove: what was asked for does not run', async () => {
    const at = scene();
    const { run, store, rows } = createExecBench({
      deps: {
        screenRecording: () => {
          store.edit({ security: 'allowlist', rules: [policyRule({ pattern: at.tool })] });
          return true;
        },
      },
    });
    store.edit({ security: 'full' });
    const argv: [string, ...string[]] = ['/bin/sh', '-lc', at.tool];
    expect(await run({ argv, needsScreenRecording: true })).toEqual(stale('the rules'));
    // No person had allowed it.
    const error = 'Nothing ran. The rules changed after this was allowed; ask again to run it.';
    expect(rows).toMatchObject([{ surface: null, error }]);
    expect(at.ran()).toBe(false);
  });

  it('an unrelated rule is added meanwhile: the answer still counts', async () => {
    const at = scene();
    const { run, desk, store } = createExecBench();
    desk.answerWith(() => {
      store.edit({ rules: [] });
      return allowOnce;
    });
    expect(await run({ argv: [at.tool] })).toMatchObject({ ok: true });
    expect(at.ran()).toBe(true);
  });

  it('files inside the folder change: the answer still counts', async () => {
    const at = scene();
    const cwd = join(at.dir, 'work');
    const { run, desk } = createExecBench();
    desk.answerWith(() => {
      writeFileSync(join(cwd, 'note'), 'x');
      return allowOnce;
    });
    expect(await run({ argv: [at.tool], cwd })).toMatchObject({ ok: true });
    expect(at.ran()).toBe(true);
  });
});
