import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openConfig } from '#host/store/config-store.ts';
import { writePrivateFile } from '#host/store/private-file.ts';
import { systemIds } from '#host/system.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

const noEntryIsFine = { throwIfNoEntry: false } as const;
const mode = (path: string) => statSync(path).mode & 0o777;

describe('S21: modes and links of the state files', () => {
  it('every write of the policy is 0600 in a 0700 folder, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const dir = join(tempDir(), 'state');
      const { store, path } = await openTestStore({ dir });
      expect([mode(dir), mode(path)]).toEqual([0o700, 0o600]);
      await store.addRules('main', [numberedRule(1)]);
      expect(mode(path)).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('a policy that others may read is closed at start', async () => {
    const dir = tempDir();
    const path = join(dir, 'exec-approvals.json');
    const text = '{"version":1,"socket":{"path":"/s","token":"t"},"defaults":{},"agents":{}}';
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    const { store } = await openTestStore({ dir });
    expect(mode(path)).toBe(0o600);
    expect(store.token()).toBe('t');
  });

  it('a write that the disk refuses says which file, and leaves nothing behind', async () => {
    const dir = tempDir();
    // The name of the new file beside it is too long.
    const name = 'x'.repeat(240);
    await expect(writePrivateFile(join(dir, name), 'text')).rejects.toMatchObject({
      code: 'STATE',
      message: expect.stringMatching(/^\/.*x could not be written: ENAMETOOLONG/),
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('a configuration that others may read is closed at start', async () => {
    const path = join(tempDir(), 'config.json');
    writeFileSync(path, '{"version":1,"gateway":{"auth":{"token":"t"}}}');
    chmodSync(path, 0o644);
    expect((await openConfig(path, systemIds)).gateway.auth.token).toBe('t');
    expect(mode(path)).toBe(0o600);
  });

  it.each([0o770, 0o777, 0o702])('a state folder of mode %o is refused', async (wide) => {
    const dir = join(tempDir(), 'state');
    mkdirSync(dir);
    chmodSync(dir, wide);
    await expect(openTestStore({ dir })).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  });

  it('a state folder that is a symbolic link is refused', async () => {
    const home = tempDir();
    mkdirSync(join(home, 'real'), { mode: 0o700 });
    symlinkSync(join(home, 'real'), join(home, 'state'));
    await expect(openTestStore({ dir: join(home, 'state') })).rejects.toMatchObject({
      code: 'UNSAFE_PATH',
    });
  });

  it('a configuration behind a symbolic link is refused', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'other.json'), '{"version":1}', { mode: 0o600 });
    symlinkSync(join(dir, 'other.json'), join(dir, 'config.json'));
    await expect(openConfig(join(dir, 'config.json'), systemIds)).rejects.toMatchObject({
      code: 'UNSAFE_PATH',
    });
  });

  it('what replaces a file has never been open to others, and follows no symbolic link', async () => {
    const dir = tempDir();
    const [path, other] = [join(dir, 'state.json'), join(dir, 'other.json')];
    writeFileSync(other, 'mine', { mode: 0o600 });
    symlinkSync(other, path);
    const before = process.umask(0);
    const seen: string[] = [];
    // Not recursive and within one folder: every name that appears is reported.
    const watcher = watch(dir, (_event, name) => {
      const info = name === null ? undefined : lstatSync(join(dir, name), noEntryIsFine);
      if (info?.isFile()) seen.push((info.mode & 0o777).toString(8));
    });
    try {
      await writePrivateFile(path, 'new');
      await vi.waitUntil(() => seen.length > 0);
    } finally {
      watcher.close();
      process.umask(before);
    }
    expect(new Set(seen)).toEqual(new Set(['600']));
    expect(lstatSync(path).isFile()).toBe(true);
    expect([readFileSync(path, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['new', 'mine']);
  });

  it('a start removes what a killed writer left, and nothing else', async () => {
    const dir = tempDir();
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const name = (file: string, pid: number) => `${file}.${pid}.${'0'.repeat(16)}.tmp`;
    const left = [
      name('exec-approvals.json', dead),
      name('exec-approvals.confirmed.json', dead),
      // As in a container, where every start has the same pid.
      name('exec-approvals.json', process.pid),
    ];
    const kept = [
      name('exec-approvals.json', process.ppid),
      name('config.json', dead),
      'exec-approvals.json.bak',
      'exec-approvals.json.tmp',
    ];
    for (const file of [...left, ...kept]) writeFileSync(join(dir, file), '', { mode: 0o600 });
    await openTestStore({ dir });
    const names = readdirSync(dir);
    expect(names.filter((file) => left.includes(file))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(kept));
  });

  it('a write that fails leaves the old file whole and no temporary one', async () => {
    const dir = tempDir();
    const path = join(dir, 'state.json');
    mkdirSync(join(path, 'in-the-way'), { recursive: true });
    await expect(writePrivateFile(path, 'new')).rejects.toThrow();
    expect(readdirSync(dir)).toEqual(['state.json']);
  });

  it.each(['symbolic', 'hard'])('a lock file that is a %s link is refused', async (kind) => {
    const { store, path, text } = await openTestStore();
    const [before, other] = [text(), join(tempDir(), 'other')];
    writeFileSync(other, 'mine', { mode: 0o600 });
    rmSync(`${path}.lock`);
    if (kind === 'hard') linkSync(other, `${path}.lock`);
    else symlinkSync(other, `${path}.lock`);
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'UNSAFE_PATH',
    });
    expect([text(), readFileSync(other, 'utf8')]).toEqual([before, 'mine']);
  });
});
