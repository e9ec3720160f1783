import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { WindowName } from '#ipc/contract.ts';
import { type ChromiumWindows, createChromiumWindows } from './chromium-windows.ts';
import { type AtEnd, type Desktop, readyLine } from './desktop.ts';
import { createFakeElectron, type FakeElectron } from './fake-electron.ts';
import type { FakeBrowserWindow } from './fake-electron-window.ts';
import { launchChromium } from './launch-chromium.ts';
import { startCli, startNodeHost } from './programs.ts';
import { runMain } from './run-main.ts';

/**
 * The whole product but Electron itself: the built main process over the fake Electron, its pages in
 * Chromium, a node host in a process of its own, callers on the command line.
 */
interface DoubledDesktop extends Desktop {
  readonly windows: ChromiumWindows;
  readonly fake: FakeElectron;
  /** The window with this page, as it is now. */
  window(name: WindowName): FakeBrowserWindow;
}

const bundle = fileURLToPath(new URL('../../out/main/index.mjs', import.meta.url));
const often = { interval: 20 };

/** For `useDesktop`. */
export async function startDoubledDesktop(atEnd: AtEnd): Promise<DoubledDesktop> {
  const stateDir = realpathSync(mkdtempSync(join(tmpdir(), 'occ-')));
  atEnd(async () => rmSync(stateDir, { recursive: true, force: true }));
  const browser = await launchChromium();
  atEnd(() => browser.close());
  const windows = createChromiumWindows(browser);
  atEnd(() => windows.close());
  const fake = createFakeElectron({ platform: 'linux', loadPage: windows.loadPage });
  await startMain(fake, stateDir, () => expect(fake.windows.length).toBeGreaterThan(0));
  atEnd(async () => expect(await quit(fake)).toBe(0));
  const ready = await readyLine(stateDir);
  const { nodeId } = await startNodeHost({ ready, stateDir }, { atEnd });
  const window = (name: WindowName) => windowOf(fake, name);
  return {
    stateDir,
    ready,
    nodeId,
    windows,
    fake,
    window,
    page: (name) =>
      vi.waitFor(async () => {
        const page = await windows.page(window(name));
        await page.locator('.page').waitFor();
        return page;
      }, often),
    isVisible: async (name) => findWindow(fake, name)?.isVisible() ?? false,
    timesShown: async (name) =>
      window(name).calls.filter(([call]) => `${call}`.startsWith('show')).length,
    launchAgain: () => launchAgain(fake, stateDir),
    quit: () => quit(fake),
    async crash(name) {
      const before = window(name);
      await windows.crash(before);
      await vi.waitFor(() => expect(before.isDestroyed()).toBe(true), often);
    },
    takeProblems: windows.takeProblems,
    run: (argv, ...options) =>
      startCli(stateDir, ['run', '--node', nodeId, ...options, '--', ...argv]),
  };
}

function findWindow({ windows }: FakeElectron, name: WindowName): FakeBrowserWindow | undefined {
  return windows.find(({ webContents }) => webContents.getURL().endsWith(`/${name}.html`));
}

function windowOf(fake: FakeElectron, name: WindowName): FakeBrowserWindow {
  const found = findWindow(fake, name);
  if (!found) throw new Error(`no window shows ${name}.html`);
  return found;
}

/** Runs the built main process; its environment is ours while it starts. */
async function startMain(
  fake: FakeElectron,
  stateDir: string,
  isThere: () => unknown,
): Promise<void> {
  vi.stubEnv('OPENCLAW_COMPANION_STATE_DIR', stateDir);
  vi.stubEnv('OPENCLAW_GATEWAY_PORT', '0');
  await runMain(bundle, fake);
  await vi.waitFor(isThere, often);
  vi.unstubAllEnvs();
}

/** A copy of its own, which hands its launch to the first as Electron does. */
async function launchAgain(first: FakeElectron, stateDir: string): Promise<number | null> {
  const second = createFakeElectron({ platform: 'linux', firstInstance: false });
  await startMain(second, stateDir, () => expect(second.app.exitCode).not.toBeNull());
  const [, launch] = second.app.calls.find(([name]) => name === 'requestSingleInstanceLock') ?? [];
  first.app.emit('second-instance', {}, [], '/', launch);
  return second.app.exitCode;
}

async function quit({ app }: FakeElectron): Promise<number | null> {
  app.quit();
  await vi.waitFor(() => expect(app.exitCode).not.toBeNull(), often);
  return app.exitCode;
}
