import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { createLoginItem } from '#main/login-item/login-item.ts';
import { desktopOptions } from '#main/options.ts';
import { readExec } from '#support/desktop-entry-text.ts';
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

it.each<[string, readonly string[], Record<string, string>, readonly string[]]>([
  ['nothing named', [], {}, []],
  [
    'both on the command line, which counts more',
    ['--state-dir', 'some where', '--port', '18790'],
    { OPENCLAW_GATEWAY_PORT: '1' },
    [`--state-dir=${process.cwd()}/some where`, '--port=18790'],
  ],
  ['a port in the environment', [], { OPENCLAW_GATEWAY_PORT: '18791' }, ['--port=18791']],
  ['a port that is none', [], { OPENCLAW_GATEWAY_PORT: '1; evil' }, []],
  ['a port that is blank, which is not 0', [], { OPENCLAW_GATEWAY_PORT: ' ' }, []],
  ['a blank port before one', ['--port='], { OPENCLAW_GATEWAY_PORT: '18791' }, ['--port=18791']],
])('starts at login as it was started: %s', async (_what, args, env, expected) => {
  const config = tempDir();
  const started = (argv: readonly string[], from: Record<string, string>) => {
    const options = desktopOptions(argv, from);
    const again = options.again(resolveStateDir(options.stateDir, from));
    const item = createLoginItem({
      ...app,
      isPackaged: true,
      env: { XDG_CONFIG_HOME: config },
      again,
    });
    return { again, item };
  };
  const { again, item } = started(['/opt/c/companion', ...args], env);
  expect(again).toEqual(expected);
  await item.set(true);
  const entry = readFileSync(join(config, 'autostart/ai.openclaw.companion.desktop'), 'utf8');
  const argv = readExec(/^Exec=(.*)$/m.exec(entry)?.[1] ?? '');
  expect(argv).toEqual(['/opt/c/companion', '--launched-at-login', ...expected]);
  // The copy that the next login starts says that it is the one.
  const next = started(argv, {});
  expect(next.again).toEqual(expected);
  expect(await next.item.status()).toBe('on');
  const elsewhere = started(['/opt/c/companion', '--port=1'], {});
  expect(await elsewhere.item.status()).toBe('unknown');
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
