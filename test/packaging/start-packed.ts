import { join } from 'node:path';
import { extractAll, extractFile } from '@electron/asar';
import { expect, onTestFinished, vi } from 'vitest';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { createFakeElectron } from '#support/fake-electron.ts';
import { runMain } from '#support/run-main.ts';
import { tempDir } from '#support/temp-dir.ts';

interface PackedApp {
  readonly stateDir: string;
  /** Path of the picture that the tray shows. */
  readonly trayIcon: string | undefined;
  /** What the settings page is told about the app. */
  about(): Promise<unknown>;
}

interface PackedJson {
  readonly main: string;
  readonly productName: string;
}

const soon = { interval: 20 };

/**
 * Starts what an archive holds over the double of Electron, named as Electron would name it; it
 * ends with the test.
 */
export async function startPacked(archive: string): Promise<PackedApp> {
  const [folder, stateDir] = [tempDir(), tempDir()];
  extractAll(archive, folder);
  const packed = JSON.parse(extractFile(archive, 'package.json').toString()) as PackedJson;
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('OPENCLAW_COMPANION_STATE_DIR', stateDir);
  vi.stubEnv('OPENCLAW_GATEWAY_PORT', '0');
  const fake = createFakeElectron({ platform: 'linux', packaged: true });
  fake.app.name = packed.productName;
  onTestFinished(async () => {
    fake.app.quit();
    await vi.waitFor(() => expect(fake.app.exitCode).toBe(0), soon);
  });
  await runMain(join(folder, packed.main), fake);
  const controlSocket = join(stateDir, 'control.sock');
  await vi.waitFor(() => callControl(controlSocket, { op: 'status' }), soon);
  return {
    stateDir,
    get trayIcon() {
      return (fake.trays[0]?.image as { readonly path: string } | undefined)?.path;
    },
    about: () => {
      fake.trays[0]?.menu?.choose(messages.desktop.menu.settings);
      return vi.waitFor(async () => {
        const settings = fake.windows.find(({ webContents }) =>
          webContents.getURL().endsWith('/settings.html'),
        );
        const reply = await settings?.webContents.page.invoke('about.get', null);
        expect(reply).toMatchObject({ ok: true });
        return reply;
      }, soon);
    },
  };
}
