import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { type AtEnd, type Desktop, readyLine } from '#support/desktop.ts';
import { runCli, startCli, startNodeHost } from '#support/programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const executablePath = process.env.OPENCLAW_TEST_ELECTRON ?? '';
const patience = { timeout: 30_000, interval: 100 };

/** Of our own environment: what a screen needs. */
const screenVariables = ['PATH', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'];

/**
 * The built app in a real Electron (T7), which the fake one of the other tests stands for: on a state
 * directory and a port of its own. Resolves when it answers the CLI.
 */
export async function startElectronDesktop(atEnd: AtEnd): Promise<Desktop> {
  const stateDir = realpathSync(mkdtempSync(join(tmpdir(), 'occ-')));
  atEnd(async () => rmSync(stateDir, { recursive: true, force: true }));
  const env = {
    ...Object.fromEntries(screenVariables.map((name) => [name, process.env[name] ?? ''])),
    HOME: stateDir,
    OPENCLAW_COMPANION_STATE_DIR: stateDir,
    OPENCLAW_GATEWAY_PORT: '0',
  };
  const app = await _electron.launch({ executablePath, args: [root], cwd: root, env });
  atEnd(() => app.close());
  const problems = watchPages(app);
  await vi.waitFor(
    async () => expect(await runCli(stateDir, ['status'])).toMatchObject({ code: 0 }),
    patience,
  );
  await countShowings(app);
  const ready = await readyLine(stateDir);
  const { nodeId } = await startNodeHost({ ready, stateDir }, { atEnd });
  return {
    stateDir,
    ready,
    nodeId,
    ...lookAtWindows(app),
    takeProblems: () => problems.splice(0),
    run: (argv, ...options) =>
      startCli(stateDir, ['run', '--node', nodeId, ...options, '--', ...argv]),
    async launchAgain() {
      const second = spawn(executablePath, [root], { env, stdio: 'ignore' });
      const [code] = await once(second, 'exit');
      return code as number | null;
    },
    async quit() {
      const ended = once(app.process(), 'exit');
      await app.evaluate((electron) => electron.app.quit());
      const [code] = await ended;
      return code as number | null;
    },
  };
}

type Looks = Pick<Desktop, 'page' | 'isVisible' | 'timesShown' | 'crash'>;

const file = (name: string) => `/${name}.html`;

function lookAtWindows(app: ElectronApplication): Looks {
  return {
    page: (name) =>
      vi.waitFor(async () => {
        const page = app.windows().find((one) => one.url().endsWith(file(name)));
        if (page === undefined) throw new Error(`no window shows ${file(name)}`);
        await page.locator('.page').waitFor();
        return page;
      }, patience),
    isVisible: (name) =>
      app.evaluate(
        ({ BrowserWindow }, end) =>
          BrowserWindow.getAllWindows().some(
            (window) => window.isVisible() && window.webContents.getURL().endsWith(end),
          ),
        file(name),
      ),
    timesShown: (name) =>
      app.evaluate(
        (_electron, end) => (globalThis as unknown as Counting).timesShown?.[end] ?? 0,
        file(name),
      ),
    crash: (name) =>
      app.evaluate(({ BrowserWindow }, end) => {
        const all = BrowserWindow.getAllWindows();
        const found = all.find(({ webContents }) => webContents.getURL().endsWith(end));
        if (!found) throw new Error(`no window shows ${end}`);
        const gone = new Promise<void>((resolve) => found.once('closed', () => resolve()));
        found.webContents.forcefullyCrashRenderer();
        return gone;
      }, file(name)),
  };
}

/** Errors, warnings and, as Chromium prints those too, violations of the policy. */
function watchPages(app: ElectronApplication): string[] {
  const problems: string[] = [];
  const watch = (page: Page) => {
    page.on('pageerror', (error) => problems.push(`${error}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
  };
  app.on('window', watch);
  for (const page of app.windows()) watch(page);
  return problems;
}

interface Counting {
  timesShown?: Record<string, number>;
}

function countShowings(application: ElectronApplication): Promise<void> {
  return application.evaluate(({ app, BrowserWindow }) => {
    const timesShown: Record<string, number> = {};
    (globalThis as Counting).timesShown = timesShown;
    const watch = (window: Electron.BrowserWindow) =>
      window.on('show', () => {
        const { pathname } = new URL(window.webContents.getURL());
        timesShown[pathname] = (timesShown[pathname] ?? 0) + 1;
      });
    for (const window of BrowserWindow.getAllWindows()) watch(window);
    app.on('browser-window-created', (_event, window) => void watch(window));
  });
}
