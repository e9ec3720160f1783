import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { followProgram, type ReadyLine, startScript } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { findDesktopRuntime } from '../../../scripts/desktop-runtime.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A runtime that writes down how it was started, waits for a signal, and ends with 7. */
function fakeRuntime(): { readonly dist: string; readonly electron: string } {
  const dist = tempDir();
  const electron = join(dist, 'electron');
  writeFileSync(
    electron,
    `#!${process.execPath}
process.on('SIGTERM', () => process.exit(7));
setInterval(() => {}, 60_000);
console.log(JSON.stringify({ argv: process.argv.slice(2), asNode: process.env.ELECTRON_RUN_AS_NODE }));
`,
  );
  chmodSync(electron, 0o755);
  return { dist, electron };
}

/** The same script as `npm start`, for a person who is not root. */
function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = fileURLToPath(new URL('../../support/start-child.ts', import.meta.url));
  const stateDir = tempDir();
  const argv = [child, ...args, '--state-dir', stateDir];
  return followProgram('start', [process.execPath, ...argv], { stateDir, env });
}

describe('npm start (D11)', () => {
  it('runs the app in the Electron of ELECTRON_OVERRIDE_DIST_PATH and ends as it does', async () => {
    const script = start(['--port', '0'], {
      ELECTRON_OVERRIDE_DIST_PATH: fakeRuntime().dist,
      ELECTRON_RUN_AS_NODE: '1',
      DISPLAY: ':99',
    });
    expect(await script.line(() => true)).toEqual({
      argv: [root, '--port', '0', '--state-dir', script.stateDir],
    });
    expect(script.stderr()).toBe('');
    expect(await script.stop()).toBe(7);
  });

  it.each<[string, () => Record<string, string>]>([
    [
      'an empty runtime folder',
      () => ({ ELECTRON_OVERRIDE_DIST_PATH: '/nowhere', DISPLAY: ':99' }),
    ],
    ['no display', () => ({ ELECTRON_OVERRIDE_DIST_PATH: fakeRuntime().dist })],
    [
      'no runtime, and downloads none',
      () => ({ DISPLAY: ':99', ELECTRON_MIRROR: 'http://127.0.0.1:9/' }),
    ],
  ])('starts headless with %s, said in one line', async (_what, env) => {
    const script = start(['--port', '0'], env());
    const ready = await script.line<ReadyLine>((line) => line.event === 'ready');
    expect(script.stderr()).toMatch(/^No window: [^\n]+\. Starting the headless companion\.\n$/);
    expect(await script.stop()).toBe(0);
    expect(existsSync(ready.execSocket)).toBe(false);
  });

  it('says nothing about a window to who asks for none', async () => {
    const script = start(['--headless', '--port', '0'], {});
    await script.line<ReadyLine>((line) => line.event === 'ready');
    expect(script.stderr()).toBe('');
    expect(await script.stop()).toBe(0);
  });

  it('downloads when asked, and starts headless when that fails', async () => {
    const script = start(['--fetch-electron', '--port', '0'], {
      DISPLAY: ':99',
      ELECTRON_MIRROR: 'http://127.0.0.1:9/',
    });
    await script.line<ReadyLine>((line) => line.event === 'ready');
    expect(script.stderr()).toMatch(/^Downloading the Electron runtime\.\n/);
    expect(script.stderr()).toMatch(/\nNo window: [^\n]+headless companion\.\n$/);
    expect(await script.stop()).toBe(0);
  });
});

describe('the desktop runtime', () => {
  it('is the installed one when the environment names none', () => {
    const { dist, electron } = fakeRuntime();
    const machine = { platform: 'linux', uid: 1_000, env: { DISPLAY: ':0' } } as const;
    expect(findDesktopRuntime({ ...machine, dist })).toEqual({ electron });
    expect(findDesktopRuntime({ ...machine, dist: '/nowhere' })).toEqual({
      missing: expect.stringContaining('not installed'),
    });
  });

  it('needs X11 or Wayland on Linux, and a user who is not root (ES-04)', () => {
    const { dist, electron } = fakeRuntime();
    const on = (env: Record<string, string>, uid = 1_000) =>
      findDesktopRuntime({ platform: 'linux', uid, env, dist });
    expect(on({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ electron });
    expect(on({ DISPLAY: '' })).toEqual({ missing: expect.stringContaining('no display') });
    expect(on({ DISPLAY: ':0' }, 0)).toEqual({ missing: expect.stringContaining('root') });
  });

  it('is inside the bundle on macOS and needs no display variable there', () => {
    const dist = tempDir();
    const electron = join(dist, 'Electron.app/Contents/MacOS/Electron');
    mkdirSync(join(electron, '..'), { recursive: true });
    writeFileSync(electron, '', { mode: 0o755 });
    const machine = { platform: 'darwin', uid: 501, env: {}, dist } as const;
    expect(findDesktopRuntime(machine)).toEqual({ electron });
    chmodSync(electron, 0o644);
    expect(findDesktopRuntime(machine)).toHaveProperty('missing');
  });
});

it('npm run test:electron says in exactly one line that it did not run (D11)', async () => {
  const script = startScript('test-electron', [], { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' });
  expect(await script.exited).toBe(0);
  expect(script.stdout()).toMatch(/^NOT RUN: [^\n]+\.\n$/);
  expect(script.stderr()).toBe('');
});
