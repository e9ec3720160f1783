import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConfig } from '#host/store/config-store.ts';
import { systemIds } from '#host/system.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

const mode = (path: string) => statSync(path).mode & 0o777;

describe('S21: modes and links of the state files', () => {
  it('every write of the policy is 0600 in a 0700 folder, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const dir = join(tempDir(), 'state');
      const { store, path } = await openTestStore({ dir });
      expect([mode(dir), mode(path)]).toEqual([0o700, 0o600]);
      await store.addRule('main', numberedRule(1));
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
});
