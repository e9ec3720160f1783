import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import type { Rule } from '#core/policy/types.ts';
import { readSearchPath } from '#host/exec/search-path.ts';
import { systemHasher } from '#host/system.ts';
import { createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { tempDir } from '#support/temp-dir.ts';

type Argv = readonly [string, ...string[]];

/** Programs that say which of them ran, a folder to stand in, and nobody who answers questions. */
function scene(searchPath = (root: string) => `${root}/bin:/usr/bin:/bin`) {
  const root = tempDir();
  const at = (path: string) => join(root, path);
  const bench = createExecBench({ plan: { searchPath: searchPath(root), home: at('home') } });
  mkdirSync(at('work'));
  return {
    at,
    program(path: string) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), `#!/bin/sh\n/usr/bin/touch '${at(path)}.ran'\n`);
      chmodSync(at(path), 0o755);
      return at(path);
    },
    link(path: string, target: string) {
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync(at(target), at(path));
      return at(path);
    },
    rules(...rules: readonly Partial<Rule>[]) {
      bench.store.edit({ rules: rules.map((rule, n) => policyRule({ id: `rule-${n}`, ...rule })) });
    },
    ran: (path: string) => existsSync(at(`${path}.ran`)),
    /** Runs in `work`; says that nobody was asked, or which program a person was shown. */
    async run(argv: Argv, env: Readonly<Record<string, string>> = {}) {
      const before = bench.desk.asked.length;
      const result = await bench.run({ argv, cwd: at('work'), env });
      const ask = bench.desk.asked[before];
      if (ask !== undefined) return `asked about ${ask.subject.executable}`;
      return result.ok ? 'ran' : result.error.reason;
    },
  };
}

describe('S15: a rule speaks of one program, however its name is looked up', () => {
  it('and not of one of that name in the working folder, also when the request puts it on PATH', async () => {
    const { at, program, rules, run, ran } = scene();
    rules({ pattern: program('bin/git') }, { pattern: 'git' });
    const other = program('work/git');
    expect(await run(['./git', 'status'])).toBe(`asked about ${other}`);
    expect(await run([other, 'status'])).toBe(`asked about ${other}`);
    expect(await run(['git', 'status'], { PATH: `${at('work')}:.` })).toBe('ran');
    expect([ran('bin/git'), ran('work/git')]).toEqual([true, false]);
  });

  it('and not of one that comes first on our own PATH: that one is shown', async () => {
    const { at, program, rules, run, ran } = scene((root) => `${root}/work:${root}/bin:/bin`);
    rules({ pattern: program('bin/git') });
    program('work/git');
    expect(await run(['git', 'status'])).toBe(`asked about ${at('work/git')}`);
    expect(await run(['/bin/sh', '-lc', 'git status'])).toMatch(/^asked about /);
    expect(await run(['/bin/sh', '-c', 'git status; git log'])).toMatch(/^asked about /);
    expect(ran('work/git')).toBe(false);
    expect(await run([at('bin/git'), 'status'])).toBe('ran');
    expect(ran('bin/git')).toBe(true);
  });

  it('and no empty or relative entry of PATH leads into the working folder', async () => {
    const { program, rules, run, ran } = scene((root) =>
      readSearchPath({
        platform: 'linux',
        home: join(root, 'home'),
        inherited: `:.:./bin:work:../work:${root}/bin:`,
        userSetting: ['', '.', 'work'],
        etc: join(root, 'etc'),
      }),
    );
    rules({ pattern: program('bin/frob') });
    for (const path of ['work/frob', 'work/bin/frob', 'work/work/frob']) program(path);
    expect(await run(['frob'])).toBe('ran');
    expect(await run(['/bin/sh', '-lc', 'frob'])).toBe('ran');
    expect(await run(['/bin/sh', '-lc', 'frob && frob'])).toBe('ran');
    expect(ran('bin/frob')).toBe(true);
    for (const path of ['work/frob', 'work/bin/frob', 'work/work/frob']) {
      expect(ran(path)).toBe(false);
    }
  });

  it.each(['bin/git-lfs', 'bin/gi', 'bin/git\nx', 'bin/git x', 'bin/sub/git', 'work/bin/git'])(
    'and not of %j',
    async (path) => {
      const { at, program, rules, run, ran } = scene();
      rules({ pattern: program('bin/git') }, { pattern: at('bin') }, { pattern: `${at('bin')}/` });
      expect(await run([program(path)])).toBe(`asked about ${at(path)}`);
      expect(ran(path)).toBe(false);
    },
  );

  it('and a path that leads out of a folder is not in it', async () => {
    const { at, program, rules, run, ran } = scene();
    program('opt/tool');
    program('evil/tool');
    rules({ pattern: `${at('opt')}/**` });
    const around = `${at('opt')}/../evil/tool`;
    expect(await run([around])).toBe(`asked about ${at('evil/tool')}`);
    expect(await run(['../evil/tool'])).toBe(`asked about ${at('evil/tool')}`);
    expect(ran('evil/tool')).toBe(false);
    expect(await run([`${at('evil')}/../opt/tool`])).toBe('ran');
    expect(ran('opt/tool')).toBe(true);
  });
});

describe('S15: path patterns', () => {
  /** Pattern, what it must not allow, and what it allows; all of them in one folder. */
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['/opt/a?b', ['opt/a/b', 'opt/ab', 'opt/axxb', 'opt/a'], ['opt/axb']],
    ['/opt/*', ['opt/sub/tool', 'opt/a/b', 'optx/tool'], ['opt/tool', 'opt/.tool']],
    ['/opt/t*l', ['opt/t/l', 'opt/tool2', 'opt/xtool'], ['opt/tool', 'opt/tl']],
    ['/opt/*/tool', ['opt/tool', 'opt/a/b/tool'], ['opt/a/tool']],
    ['/opt/**/tool', ['opt/tools', 'other/tool', 'opt/a/toolx'], ['opt/a/tool', 'opt/a/b/tool']],
    ['/opt/t.ol', ['opt/tool', 'opt/t/ol'], ['opt/t.ol']],
    ['/OPT/TOOL', ['opt/tool', 'opt/TOOL', 'OPT/tool'], ['OPT/TOOL']],
    ['/opt/T*', ['opt/tool', 'opt/to'], ['opt/Tool']],
    ['/opt/*OOL', ['opt/tool', 'opt/TOol'], ['opt/TOOL']],
    ['/opt/[ab]tool', ['opt/atool', 'opt/btool'], []],
    ['/opt/{a,b}', ['opt/a', 'opt/b'], []],
    ['/opt/!(x)', ['opt/a', 'opt/tool'], ['opt/!(x)']],
    ['/opt/@(a|b)', ['opt/a', 'opt/b'], ['opt/@(a|b)']],
    ['/opt/+(a)', ['opt/a', 'opt/aa'], ['opt/+(a)']],
    ['/opt/../opt/tool', ['opt/tool'], []],
    ['/opt/./tool', ['opt/tool'], []],
    ['/opt//tool', ['opt/tool'], []],
    ['/opt/x/../*', ['opt/tool'], []],
    ['/opt/tool ', ['opt/tool'], []],
    ['/opt/t\\ool', ['opt/tool'], []],
  ];

  it.each(table)('%s does not match %j, and it matches %j', async (pattern, others, own) => {
    for (const [paths, shouldRun] of [[others, false] as const, [own, true] as const]) {
      for (const path of paths) {
        const { at, program, rules, run, ran } = scene();
        rules({ pattern: `${at('.')}${pattern}` });
        const answer = await run([program(path)]);
        expect([path, answer]).toEqual([path, shouldRun ? 'ran' : `asked about ${at(path)}`]);
        expect(ran(path)).toBe(shouldRun);
      }
    }
  });

  it.each(['!/opt/x', '^.*$', '.*', '/', '', '~', '~/*', 'TOOL', 'too', 'tool*x', 'bin/tool'])(
    '%j by itself does not match a tool called by its name',
    async (pattern) => {
      const { at, program, rules, run, ran } = scene();
      program('bin/tool');
      rules({ pattern });
      expect(await run(['tool'])).toBe(`asked about ${at('bin/tool')}`);
      expect(ran('bin/tool')).toBe(false);
    },
  );
});

describe('S15: a rule with arguments', () => {
  /** Argument pattern, arguments it must not allow, arguments it allows. */
  const table: readonly (readonly [string, readonly string[][], readonly string[][]])[] = [
    [
      '^status$',
      [
        [],
        ['push'],
        ['status', '-x'],
        ['xstatus'],
        ['STATUS'],
        ['status\nx'],
        [' status'],
        ['', 'status'],
      ],
      [['status']],
    ],
    ['status', [['status', '--exec=x'], ['xstatus'], ['statusx'], ['x\nstatus'], []], [['status']]],
    [
      'log -[0-9]',
      [['log -1'], ['log', '-1', '-2'], ['log', '', '-1'], ['log', '-x']],
      [['log', '-1']],
    ],
    ['log .*', [['log'], ['log', ''], ['log', 'a b'], ['log', '\n']], [['log', '-1', '-2']]],
    ['a|b', [['ab'], ['a', 'x'], ['x', 'b']], [['a'], ['b']]],
    ['^a$|^b', [['bx'], ['b', 'x']], [['a'], ['b']]],
    ['(?=a)a', [['a']], []],
    ['(a)\\1', [['aa']], []],
    ['(a+)+b', [['a'.repeat(4_000)]], [['aab']]],
    ['[', [['['], []], []],
    ['', [['x']], []],
    ['sha256:argv:0123', [['sha256:argv:0123'], []], []],
  ];

  it.each(table)('%j does not allow %j, and it allows %j', async (argPattern, others, own) => {
    for (const [lists, shouldRun] of [[others, false] as const, [own, true] as const]) {
      for (const args of lists) {
        const { at, program, rules, run, ran } = scene();
        rules({ pattern: program('bin/tool'), argPattern });
        const answer = await run(['tool', ...args]);
        expect([args, answer]).toEqual([args, shouldRun ? 'ran' : `asked about ${at('bin/tool')}`]);
        expect(ran('bin/tool')).toBe(shouldRun);
      }
    }
  });

  it('for exactly these in exactly this folder allows no others, and none elsewhere', async () => {
    const { at, program, rules, run, ran } = scene();
    const pattern = program('bin/tool');
    const exactly = (cwd: string, args: readonly string[]) => ({
      pattern,
      argPattern: cwdArgvPattern(cwd, args, systemHasher),
    });
    rules(exactly(at('work'), ['status']), exactly(at('elsewhere'), ['push']));
    for (const args of [
      [],
      ['push'],
      ['status', ''],
      ['stat', 'us'],
      ['status', 'status'],
      ['s'],
    ]) {
      expect(await run(['tool', ...args])).toBe(`asked about ${pattern}`);
    }
    expect(ran('bin/tool')).toBe(false);
    expect(await run(['tool', 'status'])).toBe('ran');
    expect(ran('bin/tool')).toBe(true);
  });
});

describe('S15: links', () => {
  it('a link is not allowed by a rule for its own path, and the program behind it is shown', async () => {
    const { at, program, link, rules, run, ran } = scene();
    program('evil/tool');
    rules({ pattern: link('bin/tool', 'evil/tool') }, { pattern: `${at('bin')}/*` });
    expect(await run(['tool'])).toBe(`asked about ${at('evil/tool')}`);
    expect(await run([at('bin/tool')])).toBe(`asked about ${at('evil/tool')}`);
    expect(ran('evil/tool')).toBe(false);
  });

  it('a rule for the real path allows it through a link of the same name', async () => {
    const { at, program, link, rules, run, ran } = scene();
    rules({ pattern: program('cellar/tool/1.0/bin/tool') });
    link('bin/tool', 'cellar/tool/1.0/bin/tool');
    expect(await run(['tool'])).toBe('ran');
    expect(ran('cellar/tool/1.0/bin/tool')).toBe(true);
    program('cellar/tool/1.1/bin/tool');
    link('new/tool', 'cellar/tool/1.1/bin/tool');
    expect(await run([at('new/tool')])).toBe(`asked about ${at('cellar/tool/1.1/bin/tool')}`);
    expect(ran('cellar/tool/1.1/bin/tool')).toBe(false);
  });

  it('a link of another name is another command', async () => {
    const { at, program, link, rules, run, ran } = scene();
    rules({ pattern: program('opt/tool') });
    link('bin/other', 'opt/tool');
    expect(await run(['other'])).toBe(`asked about ${at('opt/tool')}`);
    expect(ran('opt/tool')).toBe(false);
  });

  it('a folder that is a link counts as the folder it leads to', async () => {
    const { at, program, link, rules, run, ran } = scene();
    program('evil/tool');
    link('opt', 'evil');
    rules({ pattern: at('opt/tool') }, { pattern: `${at('opt')}/*` });
    expect(await run([at('opt/tool')])).toBe(`asked about ${at('evil/tool')}`);
    expect(ran('evil/tool')).toBe(false);
  });
});
