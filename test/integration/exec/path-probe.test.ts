import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookAround } from '#core/exec/sightings.ts';
import { createPathProbe } from '#host/exec/path-probe.ts';
import { readSearchPath } from '#host/exec/search-path.ts';
import { tempDir } from '#support/temp-dir.ts';

const probe = createPathProbe();

function program(path: string, mode = 0o755): string {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

/** The program a request for `name` in `cwd` would run. */
async function executable(name: string, cwd: string, searchPath: string) {
  return (await lookAround([name], cwd, searchPath, probe)).executable;
}

describe('createPathProbe', () => {
  it('follows links to the real program (S15)', async () => {
    const dir = tempDir();
    const real = program(join(dir, 'real'));
    symlinkSync(real, join(dir, 'link'));
    expect(await executable(join(dir, 'link'), '/', '')).toMatchObject({ path: real });
  });

  it('looks a bare name up in the search path only, in order', async () => {
    const [one, two, cwd] = [tempDir(), tempDir(), tempDir()];
    program(join(two, 'tool'));
    program(join(cwd, 'tool'));
    // From where we stand it leads to a folder that has the tool, too.
    const fromHere = relative(process.cwd(), cwd);
    const searchPath = ['', '.', fromHere, one, two].join(delimiter);
    expect(await executable('tool', cwd, searchPath)).toMatchObject({
      path: join(two, 'tool'),
    });
    program(join(one, 'tool'), 0o644);
    expect((await executable('tool', cwd, searchPath))?.path).toBe(join(two, 'tool'));
    chmodSync(join(one, 'tool'), 0o755);
    expect((await executable('tool', cwd, searchPath))?.path).toBe(join(one, 'tool'));
    expect(await executable('tool', cwd, '')).toBeNull();
  });

  it('resolves a relative path in the folder, the way the kernel walks it', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    symlinkSync(join(dir, 'a/b'), join(dir, 'link'));
    program(join(dir, 'a/tool'));
    program(join(dir, 'tool'));
    expect((await executable('./tool', dir, ''))?.path).toBe(join(dir, 'tool'));
    expect((await executable('link/../tool', dir, ''))?.path).toBe(join(dir, 'a/tool'));
  });

  it('finds nothing that cannot be run', async () => {
    const dir = tempDir();
    program(join(dir, 'plain'), 0o644);
    mkdirSync(join(dir, 'folder'));
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    for (const name of ['plain', 'folder', 'loop', 'missing', 'nul\0byte', '']) {
      expect(await executable(name, dir, dir)).toBeNull();
      if (name !== '') expect(await executable(`./${name}`, dir, dir)).toBeNull();
    }
  });

  it('names a new identity when a program is replaced or written to (S11)', async () => {
    const dir = tempDir();
    const path = program(join(dir, 'tool'));
    const before = await executable(path, '/', '');
    expect(await executable(path, '/', '')).toEqual(before);
    renameSync(program(join(dir, 'other')), path);
    const after = await executable(path, '/', '');
    expect(after?.inode).not.toBe(before?.inode);
    writeFileSync(path, '#!/bin/sh\nid\n');
    expect((await executable(path, '/', ''))?.ctimeNs).not.toBe(after?.ctimeNs);
  });

  it('takes only folders as folders, by real path', async () => {
    const dir = tempDir();
    symlinkSync(dir, join(dir, 'link'));
    expect((await probe.look(join(dir, 'link'), 'directory'))?.path).toBe(dir);
    expect(await probe.look(program(join(dir, 'file')), 'directory')).toBeNull();
    expect(await probe.look(join(dir, 'missing'), 'directory')).toBeNull();
  });
});

describe('readSearchPath', () => {
  it('reads /etc/paths, /etc/paths.d and the installed versions, newest first', () => {
    const home = tempDir();
    const etc = tempDir();
    writeFileSync(join(etc, 'paths'), '/usr/bin\n/usr/sbin\n');
    mkdirSync(join(etc, 'paths.d'));
    writeFileSync(join(etc, 'paths.d/20-tex'), '/opt/tex/bin\n');
    writeFileSync(join(etc, 'paths.d/10-go'), '/opt/go/bin\n');
    for (const version of ['v9.1.0', 'v24.2.0']) {
      mkdirSync(join(home, '.nvm/versions/node', version, 'bin'), { recursive: true });
    }
    mkdirSync(join(home, '.volta/bin'), { recursive: true });
    const path = readSearchPath({
      platform: 'linux',
      home,
      inherited: '/bin:.',
      userSetting: [],
      etc,
    });
    expect(path.split(':')).toEqual([
      join(home, '.volta/bin'),
      join(home, '.nvm/versions/node/v24.2.0/bin'),
      join(home, '.nvm/versions/node/v9.1.0/bin'),
      '/opt/homebrew/bin',
      '/usr/local/bin',
      '/usr/bin',
      '/bin',
      '/usr/sbin',
      '/opt/go/bin',
      '/opt/tex/bin',
    ]);
  });

  it('sees the same at once and in its own time', async () => {
    const dir = tempDir();
    symlinkSync(program(join(dir, 'tool')), join(dir, 'link'));
    program(join(dir, 'plain'), 0o644);
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    for (const kind of ['directory', 'program', 'script'] as const) {
      for (const name of ['.', 'tool', 'link', 'plain', 'loop', 'missing', 'nul\0byte']) {
        const path = join(dir, name);
        expect(probe.lookNow(path, kind)).toEqual(await probe.look(path, kind));
      }
    }
    expect(probe.lookNow(join(dir, 'link'), 'program')?.path).toBe(join(dir, 'tool'));
    expect(probe.lookNow(dir, 'directory')?.path).toBe(dir);
    expect(probe.lookNow(join(dir, 'plain'), 'program')).toBeNull();
  });
});
