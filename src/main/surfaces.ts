import type * as Electron from 'electron';
import type { Logger } from '#core/ports.ts';
import type { Companion } from '#host/companion.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import { version } from '#host/version.ts';
import { serveIpc } from './ipc-server.ts';
import type { DesktopNotifier } from './notifications.ts';
import { pageHandlers } from './page-handlers.ts';
import { createSnapshots, type Snapshots } from './state/snapshot.ts';
import { createWindowPresenter } from './state/window-presenter.ts';
import { createTray } from './tray/tray.ts';
import { type ApprovalWindow, createApprovalWindow } from './windows/approval-window.ts';
import { createStatusWindow, type StatusWindow } from './windows/status-window.ts';
import { windowPlatform } from './windows/window-platform.ts';
import { createWindowRegistry } from './windows/window-registry.ts';

export interface SurfacesDeps {
  readonly electron: typeof Electron;
  readonly companion: Companion;
  readonly notifier: DesktopNotifier;
  readonly preload: string;
  readonly icons: string;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
  readonly log: Logger;
}

/** Everything a person sees of the companion: windows, tray, and the pages' channels. */
export interface Surfaces {
  /** A person started the app again. */
  open(): void;
  /** Something was decided, here or anywhere. */
  decided(): void;
  /** Prompters first: a closing window decides nothing. */
  close(): void;
}

export function openSurfaces(deps: SurfacesDeps): Surfaces {
  const { electron, companion, notifier, who, log } = deps;
  const registry = createWindowRegistry({ log });
  const windows = createWindows(deps, registry, () => tray.bounds());
  const { approval, status } = windows;
  const presenter = createWindowPresenter({
    desk: companion.desk,
    shell: approval,
    clock,
    log,
    who,
    announce: (notification) => notifier.notify(notification, () => approval.focus()),
    changed: () => snapshots.changed(),
  });
  const snapshots = createSnapshots({
    approvals: () => presenter.state(),
    status: companion.status,
    audit: companion.audit,
    running: companion.running,
    version,
    clock,
    log,
  });
  const tray = openTray(deps, snapshots, windows);
  const quit = () => electron.app.quit();
  const { ipcMain, clipboard } = electron;
  const handlers = pageHandlers({ presenter, snapshots, windows, clipboard, quit, log });
  const stopIpc = serveIpc({ ipcMain, handlers, windows: registry, ids, log });
  const stopPush = snapshots.subscribe((snapshot) => registry.push(snapshot));
  approval.prepare();
  presenter.start();
  return {
    open: () => approval.focus(),
    decided: () => snapshots.decided(),
    close() {
      presenter.close();
      stopIpc();
      stopPush();
      snapshots.close();
      tray.close();
      approval.destroy();
      status.destroy();
      notifier.close();
    },
  };
}

interface Windows {
  readonly approval: ApprovalWindow;
  readonly status: StatusWindow;
}

function createWindows(
  { electron, preload, log }: SurfacesDeps,
  registry: ReturnType<typeof createWindowRegistry>,
  anchor: () => Electron.Rectangle,
): Windows {
  const shared = {
    open: (window: Electron.BrowserWindowConstructorOptions) => new electron.BrowserWindow(window),
    registry,
    clock,
    log,
    preload,
    packaged: electron.app.isPackaged,
    screen: electron.screen,
    platform: windowPlatform(process.platform, process.env),
  };
  return {
    approval: createApprovalWindow({
      ...shared,
      onDismissed: () => log.info('approval.window.dismissed'),
      onBroken: () => log.error('approval.window.broken'),
    }),
    status: createStatusWindow({ ...shared, anchor }),
  };
}

function openTray(
  { electron, companion, icons, who }: SurfacesDeps,
  snapshots: Snapshots,
  { approval, status }: Windows,
) {
  return createTray({
    electron,
    platform: process.platform,
    iconsDir: icons,
    snapshots,
    pausedAgents: () => companion.pauses.list(),
    actions: {
      showApprovals: () => approval.focus(),
      showStatus: () => status.show(),
      quit: () => electron.app.quit(),
      resume(agent) {
        companion.pauses.resume(agent, { surface: 'window', who });
        snapshots.changed();
      },
    },
    toggleStatus: () => status.toggle(),
  });
}
