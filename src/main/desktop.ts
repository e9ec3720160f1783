import { userInfo } from 'node:os';
import type * as Electron from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { openConfig } from '#host/store/config-store.ts';
import { ensurePrivateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import { version } from '#host/version.ts';
import { serveIpc } from './ipc-server.ts';
import { createNotifier } from './notifications.ts';
import type { DesktopOptions } from './options.ts';
import type { claimSingleInstance } from './single-instance.ts';
import { createSnapshots } from './state/snapshot.ts';
import { createWindowPresenter } from './state/window-presenter.ts';
import { createTray } from './tray/tray.ts';
import { createApprovalWindow } from './windows/approval-window.ts';
import { createStatusWindow } from './windows/status-window.ts';
import { windowPlatform } from './windows/window-platform.ts';
import { createWindowRegistry } from './windows/window-registry.ts';

export interface DesktopParts {
  readonly electron: typeof Electron;
  readonly instance: NonNullable<ReturnType<typeof claimSingleInstance>>;
  readonly options: DesktopOptions;
  readonly stateDir: StateDir;
}

/** Starts the companion and hangs the windows, the tray and the pages' channels onto it. */
export async function startDesktop(parts: DesktopParts): Promise<void> {
  const { electron, options, stateDir } = parts;
  const log = options.log(stateDir);
  ensurePrivateDir(stateDir.root);
  const config = await openConfig(stateDir.config, ids);
  const notifier = createNotifier({
    Notification: electron.Notification,
    platform: process.platform,
    clock,
    log,
  });
  let decided = (): void => undefined;
  const companion = await startCompanion({
    stateDir,
    config,
    port: options.port ?? config.gateway.port,
    env: process.env,
    notifier,
    log,
    onDecision: () => decided(),
  });
  const surfaces = openSurfaces(parts, companion, notifier);
  decided = surfaces.decided;
  endWith(parts, companion, surfaces.close);
}

interface Surfaces {
  readonly decided: () => void;
  readonly close: () => void;
}

function openSurfaces(
  { electron, instance, options, stateDir }: DesktopParts,
  companion: Companion,
  notifier: ReturnType<typeof createNotifier>,
): Surfaces {
  const { app, screen, clipboard } = electron;
  const log = options.log(stateDir);
  const registry = createWindowRegistry({ log });
  const shared = {
    open: (window: Electron.BrowserWindowConstructorOptions) => new electron.BrowserWindow(window),
    registry,
    clock,
    log,
    preload: options.preload,
    packaged: app.isPackaged,
    screen,
    platform: windowPlatform(process.platform, process.env),
  };
  const approval = createApprovalWindow({
    ...shared,
    onDismissed: () => log.info('approval.window.dismissed'),
    onBroken: () => log.error('approval.window.broken'),
  });
  const presenter = createWindowPresenter({
    desk: companion.desk,
    shell: approval,
    clock,
    log,
    who: userInfo().username,
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
  const status = createStatusWindow({ ...shared, anchor: () => tray.bounds() });
  const tray = createTray({
    electron,
    platform: process.platform,
    iconsDir: options.icons,
    snapshots,
    pausedAgents: () => companion.pauses.list(),
    actions: {
      showApprovals: () => approval.focus(),
      showStatus: () => status.show(),
      quit: () => app.quit(),
      resume: (agent) => {
        companion.pauses.resume(agent, { surface: 'window', who: userInfo().username });
        snapshots.changed();
      },
    },
    toggleStatus: () => status.toggle(),
  });
  const windows = { approval, status };
  const stopIpc = serveIpc({
    ipcMain: electron.ipcMain,
    windows: registry,
    ids,
    log,
    handlers: {
      'snapshot.get': () => snapshots.current(),
      'approvals.decide': (input) => presenter.decide(input),
      'approvals.denyMany': (input) => presenter.denyMany(input),
      'approvals.copy': ({ id }) => {
        const text = presenter.copyText(id);
        if (text === null) return false;
        Promise.resolve(clipboard.writeText(text)).catch((error: unknown) =>
          log.warn('clipboard.failed', { error: errorText(error) }),
        );
        return true;
      },
      'windows.open': ({ window }) => {
        if (window === 'approval') approval.focus();
        else status.show();
        return null;
      },
      'windows.close': (_, from) => {
        windows[from].hide();
        return null;
      },
      'app.quit': () => {
        app.quit();
        return null;
      },
    },
  });
  const stopPush = snapshots.subscribe((snapshot) => registry.push(snapshot));
  approval.prepare();
  presenter.start();
  instance.onLaunchedAgain(() => approval.focus());
  return {
    decided: () => snapshots.decided(),
    close() {
      // Prompters first: a closing window decides nothing.
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

/** For closing prompts, killing commands and telling everybody. */
const stopLimitMs = 2_800;

/** Quit, or a signal: the surfaces close, the companion stops in time, then the app ends. */
function endWith(
  { electron, options, stateDir }: DesktopParts,
  companion: Companion,
  close: () => void,
): void {
  const { app } = electron;
  let ending = false;
  const log = options.log(stateDir);
  const end = async (): Promise<void> => {
    close();
    const cancel = clock.schedule(stopLimitMs, () => app.exit(1));
    await companion.stop();
    cancel();
    app.exit(0);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    end().catch((error: unknown) => {
      const text = error instanceof CompanionError ? error.message : errorText(error);
      log.error('desktop.stop.failed', { error: text });
      app.exit(1);
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}
