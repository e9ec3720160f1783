import type * as Electron from 'electron';
import type { Clock, Logger } from '#core/ports.ts';
import { type ApprovalWindow, createApprovalWindow } from './approval-window.ts';
import { createSettingsWindow, type SettingsWindow } from './settings-window.ts';
import { createStatusWindow, type StatusWindow } from './status-window.ts';
import { createToastWindow, type ToastWindow } from './toast-window.ts';
import { windowPlatform } from './window-platform.ts';
import type { WindowRegistry } from './window-registry.ts';

export interface AppWindowsDeps {
  readonly electron: Pick<typeof Electron, 'BrowserWindow' | 'app' | 'screen'>;
  readonly registry: WindowRegistry;
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the tray icon is. */
  readonly anchor: () => Electron.Rectangle;
  /** What became of a window that somebody shows something in. */
  readonly on: {
    approvalDismissed(): void;
    approvalBroken(): void;
    approvalLoaded(): void;
    settingsShown(shown: boolean): void;
    toastDismissed(): void;
  };
}

/** Every window of the app, none of them shown yet. */
export interface AppWindows {
  readonly approval: ApprovalWindow;
  readonly status: StatusWindow;
  readonly settings: SettingsWindow;
  readonly toast: ToastWindow;
  /** Before the app quits. */
  destroy(): void;
}

export function createAppWindows(deps: AppWindowsDeps): AppWindows {
  const { electron, registry, preload, clock, log, anchor, on } = deps;
  const shared = {
    open: (options: Electron.BrowserWindowConstructorOptions) =>
      new electron.BrowserWindow(options),
    registry,
    clock,
    log,
    preload,
    packaged: electron.app.isPackaged,
    screen: electron.screen,
    platform: windowPlatform(process.platform, process.env),
  };
  const approval = createApprovalWindow({
    ...shared,
    onDismissed: on.approvalDismissed,
    onBroken: on.approvalBroken,
    onLoaded: on.approvalLoaded,
  });
  const status = createStatusWindow({ ...shared, anchor });
  const settings = createSettingsWindow({ ...shared, onShown: on.settingsShown });
  const toast = createToastWindow({ ...shared, onDismissed: on.toastDismissed });
  return {
    approval,
    status,
    settings,
    toast,
    destroy() {
      for (const window of [approval, status, settings, toast]) window.destroy();
    },
  };
}
