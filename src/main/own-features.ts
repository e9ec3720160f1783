import type * as Electron from 'electron';
import type { CompanionConfig } from '#core/config.ts';
import type { Clock, Notification } from '#core/ports.ts';
import type { Autostart } from '#host/autostart/types.ts';
import type { LineWatch } from '#host/log/line-watch.ts';
import type { LiveLogger } from '#host/log/logger.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { createDesktopSettings, type DesktopSettings } from './desktop-settings.ts';
import { createLinks, type OpenLink } from './links.ts';
import { createLogLevel, type LogLevelSetting } from './log-level.ts';
import { createLoginItem, loginItemProblem } from './login-item/login-item.ts';
import type { RunningApp } from './login-item/program-at-login.ts';
import { createNotifier } from './notifications.ts';
import { type LearningNotifier, learningNotifier } from './permissions/notification-lesson.ts';
import type { Permissions } from './permissions/permissions.ts';
import { systemPermissions } from './permissions/system-permissions.ts';

export interface OwnFeaturesDeps {
  readonly electron: typeof Electron;
  readonly stateDir: StateDir;
  readonly config: CompanionConfig;
  readonly lines: LineWatch;
  /** Arguments with which a start at login means the same as this one. */
  readonly again: readonly string[];
  /** @throws CompanionError UNAVAILABLE until the companion has started. */
  readonly status: () => CompanionStatus;
  /** Shows a message in a window of ours. */
  readonly overlay: (notification: Notification) => void;
  readonly clock: Clock;
  readonly log: LiveLogger;
}

/** What the app itself brings along beside the companion: the system around it, as parts. */
export interface OwnFeatures {
  readonly app: RunningApp;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: StateDir;
  readonly dialog: Pick<Electron.Dialog, 'showSaveDialog'>;
  readonly lines: LineWatch;
  readonly logLevel: LogLevelSetting;
  readonly notifier: LearningNotifier;
  readonly permissions: Permissions;
  readonly settings: DesktopSettings;
  readonly loginItem: Autostart;
  readonly loginItemProblem: string | null;
  readonly openLink: OpenLink;
}

/** Not before the app is ready. */
export function openOwnFeatures(deps: OwnFeaturesDeps): OwnFeatures {
  const { electron, stateDir, config, lines, overlay, clock, log } = deps;
  const { Notification, shell } = electron;
  const { env, versions } = process;
  const app = runningApp(electron.app, deps.again);
  const notifier = learningNotifier(
    createNotifier({ Notification, platform: app.platform, overlay, clock, log }),
  );
  return {
    app,
    versions,
    env,
    stateDir,
    dialog: electron.dialog,
    lines,
    logLevel: createLogLevel({ path: stateDir.config, log }),
    notifier,
    permissions: systemPermissions({
      electron,
      app,
      notifier,
      memoryPath: stateDir.permissions,
      clock,
      log,
    }),
    settings: createDesktopSettings({
      path: stateDir.config,
      desktop: config.desktop,
      app: electron.app,
    }),
    loginItem: createLoginItem(app),
    loginItemProblem: loginItemProblem(app),
    openLink: createLinks({ shell, stateDir, gateway: () => deps.status().gateway }),
  };
}

function runningApp(app: Electron.App, again: readonly string[]): RunningApp {
  return {
    platform: process.platform,
    isPackaged: app.isPackaged,
    name: app.name,
    execPath: process.execPath,
    appPath: app.getAppPath(),
    again,
    env: process.env,
  };
}
