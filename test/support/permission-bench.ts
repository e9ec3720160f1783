import { join } from 'node:path';
import type { Capability } from '#ipc/permissions.ts';
import type { RunningApp } from '#main/login-item/program-at-login.ts';
import { createNotifier } from '#main/notifications.ts';
import { learningNotifier } from '#main/permissions/notification-lesson.ts';
import { systemPermissions } from '#main/permissions/system-permissions.ts';
import { createFakeElectron } from './fake-electron.ts';
import { createFakeLogger } from './fakes.ts';
import { tempDir } from './temp-dir.ts';
import { createVirtualClock } from './virtual-clock.ts';

export const macApp: RunningApp = {
  platform: 'darwin',
  isPackaged: true,
  execPath: '/Applications/OpenClaw Companion.app/Contents/MacOS/OpenClaw Companion',
  appPath: '/Applications/OpenClaw Companion.app/Contents/Resources/app.asar',
  env: {},
};

export const linuxApp: RunningApp = {
  platform: 'linux',
  isPackaged: true,
  execPath: '/opt/companion/companion',
  appPath: '/opt/companion/resources/app.asar',
  env: { XDG_SESSION_TYPE: 'wayland' },
};

interface Options {
  readonly app?: RunningApp;
  /** State directory of an earlier start. */
  readonly dir?: string;
}

/** Permissions over the double of Electron; each `start` is another start of the app. */
export function createPermissionBench({ app = macApp, dir = tempDir() }: Options = {}) {
  const platform = app.platform === 'darwin' ? 'darwin' : 'linux';
  const fake = createFakeElectron({ platform });
  const log = createFakeLogger();
  const clock = createVirtualClock();
  const { Notification } = fake.module;
  const notifier = learningNotifier(createNotifier({ Notification, platform, clock, log }));
  const memoryPath = join(dir, 'permissions.json');
  const start = () =>
    systemPermissions({ electron: fake.module, app, notifier, memoryPath, clock, log });
  const permissions = start();
  const row = async (capability: Capability, of = permissions) => {
    const { rows } = await of.list();
    const found = rows.find((one) => one.capability === capability);
    if (!found) throw new Error(`no row for ${capability}`);
    return found;
  };
  return { fake, log, clock, notifier, permissions, start, row, dir, memoryPath };
}
