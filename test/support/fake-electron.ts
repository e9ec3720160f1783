import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { FakeApp, type FakeAppOptions } from './fake-electron-app.ts';
import { FakeWebContents } from './fake-electron-contents.ts';
import {
  createFakeClipboard,
  createFakeMenus,
  createFakeShell,
  type FakeMenu,
  type FakeNotification,
  FakePowerMonitor,
  FakeScreen,
  FakeTray,
  fakeNativeImage,
} from './fake-electron-desktop.ts';
import { FakeIpcMain } from './fake-electron-ipc.ts';
import { FakeSession } from './fake-electron-session.ts';
import { strict, strictClass } from './fake-electron-strict.ts';
import {
  createFakeDialog,
  createFakeSystem,
  type FakeGrants,
  fakeNotifications,
} from './fake-electron-system.ts';
import { FakeBrowserWindow } from './fake-electron-window.ts';

/** What the main bundle may import from `electron`. */
type ElectronModule = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'clipboard'
  | 'desktopCapturer'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeImage'
  | 'nativeTheme'
  | 'Notification'
  | 'powerMonitor'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
  | 'systemPreferences'
  | 'Tray'
>;

export interface FakeElectronOptions extends Partial<FakeAppOptions> {
  /** Opens a page somewhere real; rejects when it cannot be loaded. Without it, loading succeeds. */
  readonly loadPage?: (window: FakeBrowserWindow, url: string) => Promise<void>;
}

/** The double and everything a test may look at or do. */
export interface FakeElectron {
  readonly module: ElectronModule;
  readonly app: FakeApp;
  readonly ipcMain: FakeIpcMain;
  readonly screen: FakeScreen;
  readonly shell: ReturnType<typeof createFakeShell>;
  readonly clipboard: ReturnType<typeof createFakeClipboard>;
  /** What the system grants the app. */
  readonly grants: FakeGrants;
  readonly saveDialog: ReturnType<typeof createFakeDialog>['state'];
  /** Error boxes that were read, oldest first. */
  readonly errorBoxes: ReturnType<typeof createFakeDialog>['errors'];
  readonly powerMonitor: FakePowerMonitor;
  /** Those that exist now. */
  readonly windows: readonly FakeBrowserWindow[];
  readonly trays: readonly FakeTray[];
  readonly notifications: readonly FakeNotification[];
  readonly menu: { readonly application: FakeMenu | 'default' | null };
  /** Schemes with privileges, as registered before ready. */
  readonly schemes: readonly Electron.CustomScheme[];
  sessionOf(partition: string): FakeSession;
  /** A renderer dies. */
  crash(window: FakeBrowserWindow, reason?: string): void;
}

function fakeSessions(app: FakeApp) {
  const sessions = new Map<string, FakeSession>();
  const of = (partition: string): FakeSession => {
    app.require('ready', 'session');
    const known = sessions.get(partition);
    if (known) return known;
    const made = strict(new FakeSession(partition), 'session');
    sessions.set(partition, made);
    app.emit('session-created', made);
    return made;
  };
  return of;
}

function fakeWindows(app: FakeApp, ipcMain: FakeIpcMain, options: FakeElectronOptions) {
  const windows: FakeBrowserWindow[] = [];
  const sessionOf = fakeSessions(app);
  const world = {
    contentsFor({ webPreferences }: Electron.BrowserWindowConstructorOptions) {
      const session = sessionOf(webPreferences?.partition ?? '');
      const contents = strict(new FakeWebContents(session, ipcMain), 'webContents');
      app.emit('web-contents-created', {}, contents);
      return contents;
    },
    loadPage: options.loadPage ?? (async () => undefined),
    closed(window: FakeBrowserWindow) {
      const at = windows.findIndex(({ id }) => id === window.id);
      if (at >= 0) windows.splice(at, 1);
      if (windows.length > 0) return;
      // As Electron: nobody listening means the app ends with its last window.
      if (!app.emit('window-all-closed')) app.quit();
    },
  };
  class Window extends FakeBrowserWindow {
    constructor(given: Electron.BrowserWindowConstructorOptions = {}) {
      app.require('ready', 'BrowserWindow');
      super(given, world);
    }

    static getAllWindows = (): readonly FakeBrowserWindow[] => [...windows];

    static fromWebContents = (contents: { readonly id: number }): FakeBrowserWindow | null =>
      windows.find((window) => window.webContents.id === contents.id) ?? null;
  }
  const BrowserWindow = strictClass(Window, 'BrowserWindow', (window) => windows.push(window));
  app.quitting.closeAll = () => {
    for (const window of [...windows]) window.close();
    return windows.length === 0;
  };
  return { BrowserWindow, windows, sessionOf };
}

function fakeProtocol(app: FakeApp, sessionOf: (partition: string) => FakeSession) {
  const schemes: Electron.CustomScheme[] = [];
  const protocol = strict(
    {
      registerSchemesAsPrivileged(more: Electron.CustomScheme[]) {
        app.require('not ready', 'protocol.registerSchemesAsPrivileged');
        schemes.push(...more);
      },
      handle: (...args: Parameters<FakeSession['protocol']['handle']>) =>
        sessionOf('').protocol.handle(...args),
    },
    'protocol',
  );
  return { protocol, schemes };
}

/** Doubles of which a test sees every instance. */
function recorded<A extends unknown[], T extends object, S extends object>(
  Class: (new (...args: A) => T) & S,
  name: string,
) {
  const made: T[] = [];
  return { made, Class: strictClass(Class, name, (one) => made.push(one)) };
}

/**
 * A stand-in for `electron` in plain Node: models calls and their order, not rendering. Each double
 * is checked against `electron.d.ts` where it is written, and throws on what it does not model.
 */
export function createFakeElectron(options: FakeElectronOptions = {}): FakeElectron {
  const app = new FakeApp({
    platform: 'darwin',
    packaged: false,
    firstInstance: true,
    switches: {},
    paths: {},
    ...options,
  });
  const ipcMain = new FakeIpcMain();
  const { BrowserWindow, windows, sessionOf } = fakeWindows(app, ipcMain, options);
  const { protocol, schemes } = fakeProtocol(app, sessionOf);
  const tray = recorded(FakeTray, 'Tray');
  const screen = new FakeScreen();
  const powerMonitor = new FakePowerMonitor();
  const shell = createFakeShell();
  const clipboard = createFakeClipboard();
  const { grants, systemPreferences, desktopCapturer } = createFakeSystem(app.options.platform);
  const notification = recorded(fakeNotifications(grants), 'Notification');
  const dialog = createFakeDialog(app);
  const menus = createFakeMenus();
  const module = {
    app: strict(app, 'app'),
    BrowserWindow,
    clipboard: strict(clipboard, 'clipboard'),
    desktopCapturer: strict(desktopCapturer, 'desktopCapturer'),
    dialog: strict(dialog, 'dialog'),
    ipcMain: strict(ipcMain, 'ipcMain'),
    Menu: strictClass(menus.Menu, 'Menu'),
    nativeImage: strict(fakeNativeImage, 'nativeImage'),
    nativeTheme: strict(
      Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' }),
      'nativeTheme',
    ),
    Notification: notification.Class,
    powerMonitor: strict(powerMonitor, 'powerMonitor'),
    protocol,
    screen: strict(screen, 'screen'),
    session: strict(
      {
        get defaultSession() {
          return sessionOf('');
        },
        fromPartition: sessionOf,
      },
      'session',
    ),
    shell: strict(shell, 'shell'),
    systemPreferences: strict(systemPreferences, 'systemPreferences'),
    Tray: tray.Class,
  } satisfies Record<keyof ElectronModule, object>;
  return {
    module: module as unknown as ElectronModule,
    app,
    ipcMain,
    screen,
    shell,
    clipboard,
    grants,
    saveDialog: dialog.state,
    errorBoxes: dialog.errors,
    powerMonitor,
    windows,
    trays: tray.made,
    notifications: notification.made,
    menu: menus.state,
    schemes,
    sessionOf,
    crash(window, reason = 'crashed') {
      window.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
    },
  };
}
