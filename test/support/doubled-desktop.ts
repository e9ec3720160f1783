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
  /** The window with this page, as it is now. */
  window(name: WindowName): FakeBrowserWindow;
}

const bundle = fileURLToPath(new URL('../../out/main/index.mjs', import.meta.url));
const patience = { timeout: 15_000, interval: 20 };

/** For `useDesktop`. */
export async function startDoubledDesktop(atEnd: AtEnd): Promise<DoubledDesktop> {
  const stateDir = realpathSync(mkdtempSync(join(tmpdir(), 'occ-')));
  atEnd(async () => rmSync(stateDir, { recursive: true, force: true }));
  const browser = await launchChromium();
  atEnd(() => browser.close());
  const windows = createChromiumWindows(browser);
  atEnd(() => windows.close());
  const fake = createFakeElectron({ platform: 'linux', loadPage: windows.loadPage });
  await startMain(fake, stateDir);
  atEnd(() => quit(fake));
  const ready = await readyLine(stateDir);
  const { nodeId } = await startNodeHost({ ready, stateDir }, { atEnd });
  const window = (name: WindowName) => windowOf(fake, name);
  return {
    stateDir,
    ready,
    nodeId,
    windows,
    window,
    page: (name) =>
      vi.waitFor(async () => {
        const page = await windows.page(window(name));
        await page.locator('.page').waitFor();
        return page;
      }, patience),
    isVisible: async (name) => window(name).isVisible(),
    timesShown: async (name) =>
      window(name).calls.filter(([call]) => `${call}`.startsWith('show')).length,
    async crash(name) {
      const before = window(name);
      await windows.crash(before);
      await vi.waitFor(() => expect(before.isDestroyed()).toBe(true), patience);
    },
    takeProblems: windows.takeProblems,
    run: (argv, ...options) =>
      startCli(stateDir, ['run', '--node', nodeId, ...options, '--', ...argv]),
  };
}

function windowOf({ windows }: FakeElectron, name: WindowName): FakeBrowserWindow {
  const found = windows.find(({ webContents }) => webContents.getURL().endsWith(`/${name}.html`));
  if (!found) throw new Error(`no window shows ${name}.html`);
  return found;
}

/** Runs the built main process; its environment is ours while it starts. */
async function startMain(fake: FakeElectron, stateDir: string): Promise<void> {
  vi.stubEnv('OPENCLAW_COMPANION_STATE_DIR', stateDir);
  vi.stubEnv('OPENCLAW_GATEWAY_PORT', '0');
  await runMain(bundle, fake);
  await vi.waitFor(() => expect(fake.windows.length).toBeGreaterThan(0), patience);
  vi.unstubAllEnvs();
}

async function quit(fake: FakeElectron): Promise<void> {
  fake.app.quit();
  await vi.waitFor(() => expect(fake.app.exitCode).toBe(0), patience);
}
