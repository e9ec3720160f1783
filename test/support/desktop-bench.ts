import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import type { Snapshot, WindowName } from '#ipc/contract.ts';
import { companionStatusSchema } from '#protocol/control-socket.ts';
import { type ChromiumWindows, createChromiumWindows } from './chromium-windows.ts';
import { createFakeElectron, type FakeElectron } from './fake-electron.ts';
import type { FakeBrowserWindow } from './fake-electron-window.ts';
import { launchChromium } from './launch-chromium.ts';
import { type ReadyLine, type RunningProgram, startCli, startNodeHost } from './programs.ts';
import { runMain } from './run-main.ts';

/**
 * The whole product but Electron itself, for a test file: the built main process over the fake
 * Electron, its pages in Chromium, a node host in a process of its own, callers on the command line.
 */
export interface Desktop {
  readonly stateDir: string;
  readonly ready: ReadyLine;
  readonly nodeId: string;
  readonly fake: FakeElectron;
  readonly windows: ChromiumWindows;
  /** The window with this page, as it is now. */
  window(name: WindowName): FakeBrowserWindow;
  /** Its page, once it is there. */
  page(name: WindowName): Promise<Page>;
  /** The last snapshot that was sent to the page of this window. */
  snapshot(name: WindowName): Snapshot | undefined;
  /** `openclaw-mac run` through the node host: operator → Gateway → node host → socket → here. */
  run(argv: readonly string[], ...options: readonly string[]): RunningProgram;
}

const bundle = fileURLToPath(new URL('../../out/main/index.mjs', import.meta.url));
const patience = { timeout: 15_000, interval: 20 };

/** Registers one desktop for all tests of a file. */
export function useDesktop(): () => Desktop {
  let desktop: Desktop | undefined;
  const ends: (() => Promise<void>)[] = [];
  const started = (): Desktop => {
    if (!desktop) throw new Error('the desktop has not started');
    return desktop;
  };
  beforeAll(async () => {
    desktop = await startDesktop((end) => ends.unshift(end));
  });
  afterEach(() => {
    expect(desktop?.windows.takeProblems(), 'errors and violations of the pages').toEqual([]);
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  return started;
}

async function startDesktop(atEnd: (end: () => Promise<void>) => void): Promise<Desktop> {
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
  const host = await startNodeHost({ ready, stateDir }, { atEnd });
  const find = (name: WindowName) =>
    fake.windows.find(({ webContents }) => webContents.getURL().endsWith(`/${name}.html`));
  return {
    stateDir,
    ready,
    nodeId: host.nodeId,
    fake,
    windows,
    window: (name) => {
      const found = find(name);
      if (!found) throw new Error(`no window shows ${name}.html`);
      return found;
    },
    page: (name) =>
      vi.waitFor(async () => {
        const found = find(name);
        if (!found) throw new Error(`no window shows ${name}.html`);
        const page = await windows.page(found);
        await page.locator('.page').waitFor();
        return page;
      }, patience),
    snapshot: (name) =>
      find(name)
        ?.webContents.page.pushes.filter(({ channel }) => channel === 'snapshot')
        .at(-1)?.args[0] as Snapshot | undefined,
    run: (argv, ...options) =>
      startCli(stateDir, ['run', '--node', host.nodeId, ...options, '--', ...argv]),
  };
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

/** What the headless companion would say of itself. */
async function readyLine(stateDir: string): Promise<ReadyLine> {
  const answer = await callControl(join(stateDir, 'control.sock'), { op: 'status' });
  const { pid, version, gateway, execSocket, controlSocket, bridgeSocket, nodeId } =
    companionStatusSchema.parse(answer);
  const { url, mode } = gateway;
  const sockets = { execSocket, controlSocket, bridgeSocket };
  return { event: 'ready', pid, version, gateway: { url, mode }, ...sockets, nodeId };
}
