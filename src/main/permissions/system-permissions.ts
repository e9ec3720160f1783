import type * as Electron from 'electron';
import type { Clock, Logger } from '#core/ports.ts';
import { flavourOf } from '../flavour.ts';
import type { RunningApp } from '../login-item/program-at-login.ts';
import { windowPlatform } from '../windows/window-platform.ts';
import { createGrantMemory } from './grant-memory.ts';
import { linuxProbes } from './linux-probes.ts';
import { macProbes } from './mac-probes.ts';
import type { LearningNotifier } from './notification-lesson.ts';
import { createPermissions, type Permissions } from './permissions.ts';

export interface SystemPermissionsDeps {
  readonly electron: Pick<
    typeof Electron,
    'systemPreferences' | 'desktopCapturer' | 'Notification' | 'shell'
  >;
  readonly app: RunningApp;
  readonly notifier: Pick<LearningNotifier, 'lesson' | 'tryOne'>;
  /** `permissions.json` of the state directory. */
  readonly memoryPath: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The permissions of this system. Elsewhere than on macOS only notifications are asked about. */
export function systemPermissions(deps: SystemPermissionsDeps): Permissions {
  const { electron, app, notifier, clock, log } = deps;
  const { systemPreferences, desktopCapturer, Notification, shell } = electron;
  const { lesson, tryOne } = notifier;
  const notifications = { isSupported: () => Notification.isSupported(), lesson, tryOne };
  const probes =
    app.platform === 'darwin'
      ? macProbes({ systemPreferences, desktopCapturer, notifications, clock })
      : linuxProbes(windowPlatform(app.platform, app.env), notifications);
  const { bundleId } = flavourOf(app);
  const memory = createGrantMemory({ path: deps.memoryPath, bundleId, log });
  return createPermissions({ app, probes, memory, shell, log });
}
