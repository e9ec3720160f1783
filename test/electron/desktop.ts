import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect, onTestFinished, vi } from 'vitest';
import { runCli } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

/** The built app in a real Electron (T7): what the fake one of the other tests stands for. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const executablePath = process.env.OPENCLAW_TEST_ELECTRON ?? '';
const waitMs = 30_000;

/** Of our own environment: what a screen needs. */
const screenVariables = ['PATH', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'];

interface Desktop {
  readonly app: ElectronApplication;
  readonly stateDir: string;
  /** The window with this page; pages are loaded before anybody asks something. */
  page(name: 'approval' | 'status'): Promise<Page>;
  /** Whether a person sees the window with this page. */
  isVisible(name: 'approval' | 'status'): Promise<boolean>;
  /** Starts a second copy; its exit code. */
  launchAgain(): Promise<number | null>;
}

/** Starts the app on a state directory and a port of its own; resolves when it answers the CLI. */
export async function startDesktop(): Promise<Desktop> {
  const stateDir = tempDir();
  const env = {
    ...Object.fromEntries(screenVariables.map((name) => [name, process.env[name] ?? ''])),
    HOME: stateDir,
    OPENCLAW_COMPANION_STATE_DIR: stateDir,
    OPENCLAW_GATEWAY_PORT: '0',
  };
  const app = await _electron.launch({ executablePath, args: [root], cwd: root, env });
  onTestFinished(() => app.close());
  await vi.waitFor(
    async () => expect(await runCli(stateDir, ['status'])).toMatchObject({ code: 0 }),
    { timeout: waitMs, interval: 250 },
  );
  const file = (name: string) => `/${name}.html`;
  return {
    app,
    stateDir,
    page: (name) =>
      vi.waitFor(
        () => {
          const page = app.windows().find((window) => window.url().endsWith(file(name)));
          if (page === undefined) throw new Error(`no window shows ${file(name)}`);
          return page;
        },
        { timeout: waitMs },
      ),
    isVisible: (name) =>
      app.evaluate(
        ({ BrowserWindow }, end) =>
          BrowserWindow.getAllWindows().some(
            (window) => window.isVisible() && window.webContents.getURL().endsWith(end),
          ),
        file(name),
      ),
    async launchAgain() {
      const second = spawn(executablePath, [root], { env, stdio: 'ignore' });
      const [code] = await once(second, 'exit');
      return code as number | null;
    },
  };
}
