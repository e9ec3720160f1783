import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLoginItem } from '#main/login-item/login-item.ts';
import { tempDir } from '#support/temp-dir.ts';

const app = { platform: 'linux', execPath: '/opt/c/companion', appPath: '/opt/c/app' } as const;

it('release and development copies start at login side by side (D1)', async () => {
  const config = tempDir();
  const item = (isPackaged: boolean) =>
    createLoginItem({ ...app, isPackaged, env: { XDG_CONFIG_HOME: config } });
  const file = (id: string) => join(config, 'autostart', `${id}.desktop`);
  await item(true).set(true);
  expect(await item(true).status()).toBe('on');
  expect(await item(false).status()).toBe('off');
  await item(false).set(true);
  await item(true).set(false);
  expect(await item(false).status()).toBe('on');
  expect(existsSync(file('ai.openclaw.companion'))).toBe(false);
  expect(readFileSync(file('ai.openclaw.companion.debug'), 'utf8')).toContain(
    'Exec="/opt/c/companion" "/opt/c/app" "--launched-at-login"\n',
  );
});

it('a copy on a disk image says why it cannot, instead of a switch that lies', async () => {
  const execPath = '/Volumes/C/C.app/Contents/MacOS/C';
  const item = createLoginItem({ ...app, platform: 'darwin', isPackaged: true, execPath, env: {} });
  expect(await item.status()).toBe('unknown');
  await expect(item.set(true)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    hint: expect.stringContaining('Applications'),
  });
});
