import { EventEmitter } from 'node:events';
import type {
  Clipboard,
  Display,
  MenuItemConstructorOptions,
  NativeImage,
  Notification,
  NotificationConstructorOptions,
  Point,
  PowerMonitor,
  Rectangle,
  Screen,
  Shell,
  Tray,
} from 'electron';
import { contains } from '#main/windows/rectangle.ts';
import { strict } from './fake-electron-strict.ts';

/** An image that knows only where it came from. */
class FakeImage
  implements Pick<NativeImage, 'isEmpty' | 'setTemplateImage' | 'isTemplateImage' | 'getSize'>
{
  readonly path: string;
  template: boolean;

  constructor(path: string) {
    this.path = path;
    // As Electron on macOS: the name decides.
    this.template = /Template(@\dx)?\.png$/.test(path);
  }

  isEmpty = (): boolean => this.path === '';
  isTemplateImage = (): boolean => this.template;
  getSize = () => ({ width: 16, height: 16 });
  setTemplateImage(template: boolean): void {
    this.template = template;
  }
}

export const fakeNativeImage = {
  createFromPath: (path: string) => strict(new FakeImage(path), 'nativeImage'),
  createEmpty: () => strict(new FakeImage(''), 'nativeImage'),
};

/** A menu as the template that made it. */
export class FakeMenu {
  readonly template: readonly MenuItemConstructorOptions[];

  constructor(template: readonly MenuItemConstructorOptions[] = []) {
    this.template = template;
  }

  /** Test side: chooses the item with this label, submenus included. */
  choose(label: string): void {
    const find = (items: readonly MenuItemConstructorOptions[]): boolean =>
      items.some((item) => {
        if (item.label === label && item.click) {
          (item.click as () => void)();
          return true;
        }
        return Array.isArray(item.submenu) && find(item.submenu);
      });
    if (!find(this.template)) throw new Error(`the menu has no item "${label}" that does anything`);
  }
}

/** `Menu` of one application. */
export function createFakeMenus() {
  /** Electron's own, with Reload and Toggle Developer Tools, until another one is set. */
  const state = { application: 'default' as FakeMenu | 'default' | null };
  class Menu extends FakeMenu {
    static buildFromTemplate(template: MenuItemConstructorOptions[]): FakeMenu {
      return strict(new FakeMenu(template), 'menu');
    }

    static setApplicationMenu(menu: FakeMenu | null): void {
      state.application = menu;
    }
  }
  return { state, Menu };
}

type TrayMembers =
  | 'setImage'
  | 'setToolTip'
  | 'setTitle'
  | 'setContextMenu'
  | 'popUpContextMenu'
  | 'destroy'
  | 'isDestroyed'
  | 'getBounds'
  | 'setIgnoreDoubleClickEvents';

export class FakeTray extends EventEmitter implements Pick<Tray, TrayMembers> {
  image: unknown;
  readonly guid: string | undefined;
  toolTip = '';
  title = '';
  menu: FakeMenu | null = null;
  poppedUp: FakeMenu | null = null;
  ignoresDoubleClick = false;
  destroyed = false;
  bounds: Rectangle = { x: 1200, y: 0, width: 24, height: 24 };

  constructor(image: unknown, guid?: string) {
    super();
    this.image = image;
    this.guid = guid;
  }

  setImage(image: unknown): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setTitle(text: string): void {
    this.title = text;
  }
  setContextMenu(menu: unknown): void {
    this.menu = menu as FakeMenu | null;
  }
  popUpContextMenu(menu?: unknown): void {
    this.poppedUp = (menu as FakeMenu | undefined) ?? this.menu;
  }
  setIgnoreDoubleClickEvents(ignore: boolean): void {
    this.ignoresDoubleClick = ignore;
  }
  getBounds = (): Rectangle => ({ ...this.bounds });
  isDestroyed = (): boolean => this.destroyed;
  destroy(): void {
    this.destroyed = true;
  }
}

export class FakeNotification
  extends EventEmitter
  implements Pick<Notification, 'show' | 'close' | 'title' | 'body'>
{
  readonly options: NotificationConstructorOptions;
  title: string;
  body: string;
  shown = false;

  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.options = options;
    this.title = options.title ?? '';
    this.body = options.body ?? '';
  }

  static isSupported = (): boolean => true;

  show(): void {
    this.shown = true;
    this.emit('show', {});
  }
  close(): void {
    this.shown = false;
    this.emit('close', {});
  }
}

/** A display as tests name it. */
export function fakeDisplay(bounds: Rectangle, workArea: Rectangle = bounds): Display {
  return { id: 1, bounds, workArea, scaleFactor: 1 } as Display;
}

const centre = (area: Rectangle): Point => ({
  x: area.x + area.width / 2,
  y: area.y + area.height / 2,
});

export class FakeScreen
  extends EventEmitter
  implements
    Pick<
      Screen,
      | 'getCursorScreenPoint'
      | 'getDisplayNearestPoint'
      | 'getDisplayMatching'
      | 'getPrimaryDisplay'
      | 'getAllDisplays'
    >
{
  cursor: Point = { x: 400, y: 300 };
  displays: [Display, ...Display[]] = [
    fakeDisplay(
      { x: 0, y: 0, width: 1440, height: 900 },
      { x: 0, y: 25, width: 1440, height: 875 },
    ),
  ];

  getCursorScreenPoint = (): Point => ({ ...this.cursor });
  getPrimaryDisplay = (): Display => this.displays[0];
  getAllDisplays = (): Display[] => [...this.displays];
  getDisplayNearestPoint = (point: Point): Display =>
    this.displays.find((display) => contains(display.bounds, point)) ?? this.displays[0];
  getDisplayMatching = (area: Rectangle): Display => this.getDisplayNearestPoint(centre(area));
}

/** Sleep, the locked screen and how long nobody touched anything: tests say so. */
export class FakePowerMonitor
  extends EventEmitter
  implements Pick<PowerMonitor, 'getSystemIdleTime' | 'getSystemIdleState'>
{
  idleSeconds = 0;
  isLocked = false;

  getSystemIdleTime = (): number => this.idleSeconds;

  getSystemIdleState(threshold: number): ReturnType<PowerMonitor['getSystemIdleState']> {
    if (this.isLocked) return 'locked';
    return this.idleSeconds < threshold ? 'active' : 'idle';
  }
}

export function createFakeShell() {
  const opened: string[] = [];
  return {
    opened,
    openExternal: async (url: string) => void opened.push(url),
    openPath: async (path: string) => {
      opened.push(path);
      return '';
    },
    showItemInFolder: (path: string) => void opened.push(path),
  } satisfies Pick<Shell, 'openExternal' | 'openPath' | 'showItemInFolder'> & { opened: string[] };
}

export function createFakeClipboard() {
  const state = { text: '' };
  return {
    state,
    writeText: async (text: string) => {
      state.text = text;
    },
    readText: async () => state.text,
  } satisfies Pick<Clipboard, 'writeText' | 'readText'> & { state: { text: string } };
}
