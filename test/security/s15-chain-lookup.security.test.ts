import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A folder to work in, one on PATH before the programs that rules allow, and nobody who answers. */
function scene() {
  const root = tempDir();
  const at = (path: string) => join(root, path);
  for (const folder of ['early', 'late', 'work']) mkdirSync(at(folder));
  const searchPath = `${at('early')}:${at('late')}:/usr/bin:/bin`;
  const bench = createExecBench({ plan: { searchPath, home: at('work') } });
  return {
    at,
    desk: bench.desk,
    /** Leaves `PATH.ran` behind, where PATH is what it was started as. */
    program(path: string) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '#!/bin/sh\n/usr/bin/touch "$0.ran"\n');
      chmodSync(path, 0o755);
      return path;
    },
    allow: (...patterns: readonly string[]) =>
      bench.store.edit({
        rules: patterns.map((pattern, n) => policyRule({ id: `r${n}`, pattern })),
      }),
    run: (text: string, cwd = 'work') =>
      bench.run({ argv: ['/bin/sh', '-lc', text], cwd: at(cwd) }),
  };
}

describe('S15: a chain runs the very programs that its rules allow', () => {
  it('also when its first command puts another one of that name first on PATH', async () => {
    const { at, program, allow, run } = scene();
    const tool = program(at('late/tool'));
    const evil = program(at('work/evil'));
    allow(tool, '/usr/bin/cp');
    const result = await run(`cp ${evil} ${at('early')}/tool && tool; tool`);
    expect(result).toMatchObject({ ok: true, payload: { success: true } });
    expect(existsSync(at('early/tool'))).toBe(true);
    expect(existsSync(`${tool}.ran`)).toBe(true);
    expect(existsSync(at('early/tool.ran'))).toBe(false);
  });

  it('also where a path leads somewhere else for a child than for us', async () => {
    const { at, program, allow, run } = scene();
    const tool = program(at('late/tool'));
    // From the folder that we stand in, and from one that is as deep below `deep`.
    const way = relative(process.cwd(), tool);
    const ups = way.split('/').filter((part) => part === '..');
    const cwd = join('deep', ...ups.map(() => 'down'));
    mkdirSync(at(cwd), { recursive: true });
    const other = program(at(join(cwd, way)));
    allow(tool, '/usr/bin/true');
    await run(`/proc/self/cwd/${way}; true`, cwd);
    expect(existsSync(`${other}.ran`)).toBe(false);
    expect(existsSync(`/proc/self/cwd/${way}.ran`)).toBe(process.platform === 'linux');
  });

  it('under any path that a shell could take for more than a path', async () => {
    const { at, program, allow, run, desk } = scene();
    const folder = at('late/it\'s; touch $HOME `x` \\ "y" \n&& z');
    const tool = program(join(folder, 'tool'));
    symlinkSync(folder, at('work/link'));
    allow(tool, '/usr/bin/true');
    expect(await run('./link/tool && true')).toMatchObject({ payload: { success: true } });
    expect(desk.asked).toEqual([]);
    expect(existsSync(`${tool}.ran`)).toBe(true);
  });

  it('and keeps everything else of the text as it is', async () => {
    const { allow, run, desk } = scene();
    allow('/usr/bin/echo');
    expect(
      await run(` "ec"ho 'a  b'  2>&1;\n\\echo c&&'echo' "\\$HOME"|head -n 1\n`),
    ).toMatchObject({ payload: { stdout: 'a  b\nc\n$HOME\n' } });
    expect(desk.asked).toEqual([]);
  });
});

describe('S15: a text that enters a folder', () => {
  it('asks where a shell and the kernel differ about which one that is', async () => {
    const { at, allow, run, desk } = scene();
    mkdirSync(at('far/inner'), { recursive: true });
    symlinkSync(at('far/inner'), at('work/link'));
    allow('/usr/bin/pwd');
    for (const folder of ['link/..', './link/../inner', '../work/link/..', `${at('work/link')}/..`])
      await run(`cd ${folder} && pwd`);
    expect(desk.asked).toHaveLength(4);
    expect(await run('cd ../far && pwd')).toMatchObject({
      payload: { stdout: `${at('far')}\n` },
    });
    expect(desk.asked).toHaveLength(4);
  });
});
