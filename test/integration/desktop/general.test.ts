import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Autostart, AutostartStatus } from '#host/autostart/types.ts';
import { openConfig } from '#host/store/config-store.ts';
import { createDesktopSettings } from '#main/desktop-settings.ts';
import { generalHandlers } from '#main/handlers/general.ts';
import { createLoginItem, loginItemProblem } from '#main/login-item/login-item.ts';
import { createFakeElectron } from '#support/fake-electron.ts';
import { createFakeIds } from '#support/fakes.ts';
import { linuxApp, macApp } from '#support/permission-bench.ts';
import { tempDir } from '#support/temp-dir.ts';

interface Options {
  readonly platform?: 'darwin' | 'linux';
  /** What a person wrote into `config.json` before. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly loginItem?: Autostart;
}

const noAutostart: Autostart = { status: async () => 'off', set: async () => undefined };

async function createBench({ platform = 'darwin', config, loginItem = noAutostart }: Options = {}) {
  const path = join(tempDir(), 'config.json');
  if (config) writeFileSync(path, JSON.stringify({ version: 1, ...config }), { mode: 0o600 });
  const { desktop } = await openConfig(path, createFakeIds());
  const fake = createFakeElectron({ platform });
  fake.app.becomeReady();
  const settings = createDesktopSettings({ path, desktop, app: fake.module.app });
  const handlers = generalHandlers({ loginItem, loginItemProblem: null, settings });
  return {
    path,
    fake,
    settings,
    get: () => handlers['general.get'](null, 'settings'),
    set: (change: Parameters<(typeof handlers)['general.set']>[0]) =>
      handlers['general.set'](change, 'settings'),
    kept: () => JSON.parse(readFileSync(path, 'utf8')),
  };
}

describe('settings of the app', () => {
  it('announces and stays out of the Dock, unless a person said otherwise', async () => {
    const fresh = await createBench();
    expect(await fresh.get()).toMatchObject({ dockIcon: false, announce: true });
    expect(fresh.fake.app.dock?.isVisible()).toBe(false);
    const chosen = await createBench({ config: { desktop: { dockIcon: true, announce: false } } });
    expect(await chosen.get()).toMatchObject({ dockIcon: true, announce: false });
    expect(chosen.fake.app.dock?.isVisible()).toBe(true);
  });

  it('is in the Dock while a window of it is open, and the switch says what it was set to', async () => {
    const { fake, settings, get, set } = await createBench();
    settings.windowShown(true);
    expect(fake.app.dock?.isVisible()).toBe(true);
    expect(await get()).toMatchObject({ dockIcon: false });
    settings.windowShown(false);
    expect(fake.app.dock?.isVisible()).toBe(false);
    settings.windowShown(true);
    await set({ dockIcon: true });
    settings.windowShown(false);
    expect(fake.app.dock?.isVisible()).toBe(true);
  });

  it('a change holds at once and at the next start, and keeps what it does not know', async () => {
    const bench = await createBench({
      config: { mine: { x: 1 }, desktop: { later: true }, gateway: { port: 4 } },
    });
    expect(await bench.set({ dockIcon: true })).toMatchObject({ dockIcon: true, announce: true });
    expect(bench.fake.app.dock?.isVisible()).toBe(true);
    expect(await bench.set({ announce: false })).toMatchObject({ dockIcon: true, announce: false });
    expect(bench.settings.announce()).toBe(false);
    expect(bench.kept()).toMatchObject({
      mine: { x: 1 },
      gateway: { port: 4 },
      desktop: { later: true, dockIcon: true, announce: false },
    });
  });

  it('changes at the same time do not undo each other, nor what was written since', async () => {
    const bench = await createBench();
    writeFileSync(bench.path, JSON.stringify({ ...bench.kept(), mine: 2 }));
    await Promise.all([bench.set({ dockIcon: true }), bench.set({ announce: false })]);
    expect(bench.kept()).toMatchObject({ mine: 2, desktop: { dockIcon: true, announce: false } });
  });

  it('what cannot be kept does not hold, and the file stays as it is', async () => {
    const bench = await createBench();
    writeFileSync(bench.path, '{ damaged');
    await expect(bench.set({ announce: false })).rejects.toMatchObject({ code: 'STATE' });
    await expect(bench.set({ dockIcon: true })).rejects.toMatchObject({ code: 'STATE' });
    expect(await bench.get()).toMatchObject({ dockIcon: false, announce: true });
    expect(readFileSync(bench.path, 'utf8')).toBe('{ damaged');
  });

  it('without a Dock there is no setting for it', async () => {
    const bench = await createBench({ platform: 'linux' });
    expect(await bench.get()).toMatchObject({ dockIcon: null });
    await expect(bench.set({ dockIcon: true })).rejects.toThrow('no Dock');
    expect(bench.kept().desktop.dockIcon).toBe(false);
  });
});

describe('launch at login', () => {
  it.each([
    ['on', null],
    ['off', null],
    ['needs-approval', 'Login Items'],
    ['unknown', 'this copy'],
  ] as const)('the switch shows what the system says: %s', async (status, help) => {
    const { get } = await createBench({
      loginItem: { ...noAutostart, status: async () => status },
    });
    const { launchAtLogin } = await get();
    expect(launchAtLogin.status).toBe(status);
    if (help === null) expect(launchAtLogin.help).toBe(null);
    else expect(launchAtLogin.help).toContain(help);
  });

  it('shows what it became, not what was wished', async () => {
    let status: AutostartStatus = 'off';
    const loginItem: Autostart = {
      status: async () => status,
      set: async () => {
        status = 'needs-approval';
      },
    };
    const { set } = await createBench({ loginItem });
    expect((await set({ launchAtLogin: true })).launchAtLogin.status).toBe('needs-approval');
  });

  it('writes and removes the real file', async () => {
    const config = tempDir();
    const app = { ...linuxApp, env: { XDG_CONFIG_HOME: config } };
    const file = join(config, 'autostart', 'ai.openclaw.companion.desktop');
    const { get, set } = await createBench({ platform: 'linux', loginItem: createLoginItem(app) });
    expect((await set({ launchAtLogin: true })).launchAtLogin).toEqual({
      status: 'on',
      help: null,
    });
    expect(existsSync(file)).toBe(true);
    // The system's own settings, or a person, took it away.
    writeFileSync(file, `${readFileSync(file, 'utf8')}`.replace('Hidden=false', 'Hidden=true'));
    expect((await get()).launchAtLogin.status).toBe('off');
    await set({ launchAtLogin: false });
    expect(existsSync(file)).toBe(false);
  });

  it('a failure is told in words, and the switch stays where it was', async () => {
    const config = tempDir();
    const loginItem = createLoginItem({ ...linuxApp, env: { XDG_CONFIG_HOME: config } });
    const { get, set } = await createBench({ platform: 'linux', loginItem });
    await set({ launchAtLogin: true });
    await set({ launchAtLogin: false });
    chmodSync(join(config, 'autostart'), 0o777);
    await expect(set({ launchAtLogin: true })).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect((await get()).launchAtLogin.status).toBe('off');
  });

  it('a copy that is gone at the next login says so beforehand', () => {
    const execPath = '/Volumes/C/C.app/Contents/MacOS/C';
    expect(loginItemProblem({ ...macApp, execPath })).toContain('Move the app');
    expect(loginItemProblem(macApp)).toBe(null);
  });
});
