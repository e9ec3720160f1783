import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { FakeWebContents } from './fake-electron-contents.ts';
import { prevented } from './fake-electron-events.ts';

/** What a window needs of the application around it. */
export interface WindowWorld {
  contentsFor(options: BrowserWindowConstructorOptions): FakeWebContents;
  /** Loads a page; rejects as Electron does when it cannot. */
  loadPage(window: FakeBrowserWindow, url: string): Promise<void>;
  closed(window: FakeBrowserWindow): void;
}

type Modelled =
  | 'show'
  | 'showInactive'
  | 'hide'
  | 'focus'
  | 'blur'
  | 'isVisible'
  | 'isFocused'
  | 'isDestroyed'
  | 'isMinimized'
  | 'destroy'
  | 'close'
  | 'loadURL'
  | 'getBounds'
  | 'setBounds'
  | 'setPosition'
  | 'setSize'
  | 'setContentSize'
  | 'moveTop'
  | 'setAlwaysOnTop'
  | 'setVisibleOnAllWorkspaces'
  | 'setContentProtection'
  | 'setMenu'
  | 'setTitle';

let nextId = 1;

/** A window that only remembers what was done to it. */
export class FakeBrowserWindow
  extends EventEmitter
  implements Pick<BrowserWindow, Modelled | 'id'>
{
  readonly id = nextId++;
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeWebContents;
  /** Every call in order, name first. */
  readonly calls: (readonly unknown[])[] = [];
  readonly world: WindowWorld;
  visible = false;
  focused = false;
  destroyed = false;
  bounds: Rectangle;

  constructor(options: BrowserWindowConstructorOptions, world: WindowWorld) {
    super();
    this.options = options;
    this.world = world;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    this.webContents = world.contentsFor(options);
    if (options.show !== false) this.visible = true;
  }

  note(...call: unknown[]): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    this.calls.push(call);
  }

  async loadURL(url: string): Promise<void> {
    this.note('loadURL', url);
    this.webContents.commit(url);
    try {
      await this.world.loadPage(this, url);
    } catch (error) {
      this.webContents.emit('did-fail-load', {}, -2, String(error), url, true);
      throw error;
    }
    if (this.destroyed) throw new Error('ERR_FAILED (-2)');
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }

  show(): void {
    this.note('show');
    this.reveal();
    this.focus();
  }

  showInactive(): void {
    this.note('showInactive');
    this.reveal();
  }

  reveal(): void {
    if (this.visible) return;
    this.visible = true;
    this.emit('show');
  }

  hide(): void {
    this.note('hide');
    if (!this.visible) return;
    this.visible = false;
    this.focused = false;
    this.emit('hide');
  }

  focus(): void {
    this.note('focus');
    if (this.focused || !this.visible) return;
    this.focused = true;
    this.emit('focus');
  }

  blur(): void {
    this.note('blur');
    if (!this.focused) return;
    this.focused = false;
    this.emit('blur');
  }

  /** As a person does it: a listener may keep it open. */
  close(): void {
    this.note('close');
    if (!prevented(this, 'close')) this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.visible = false;
    this.webContents.destroyed = true;
    this.webContents.emit('destroyed');
    this.emit('closed');
    this.world.closed(this);
  }

  isVisible = (): boolean => this.visible;
  isFocused = (): boolean => this.focused;
  isDestroyed = (): boolean => this.destroyed;
  isMinimized = (): boolean => false;
  getBounds = (): Rectangle => ({ ...this.bounds });

  setBounds(bounds: Partial<Rectangle>): void {
    this.note('setBounds', bounds);
    this.resize(bounds);
  }

  resize(bounds: Partial<Rectangle>): void {
    const { width, height } = this.bounds;
    Object.assign(this.bounds, bounds);
    if (this.bounds.width !== width || this.bounds.height !== height) this.emit('resize');
  }

  setPosition(x: number, y: number): void {
    this.note('setPosition', x, y);
    if (!Number.isInteger(x) || !Number.isInteger(y))
      throw new TypeError('Error processing argument');
    Object.assign(this.bounds, { x, y });
  }

  setSize(width: number, height: number): void {
    this.note('setSize', width, height);
    this.resize({ width, height });
  }

  setContentSize(width: number, height: number): void {
    this.note('setContentSize', width, height);
    this.resize({ width, height });
  }

  moveTop = (): void => this.note('moveTop');
  setAlwaysOnTop = (...args: unknown[]): void => this.note('setAlwaysOnTop', ...args);
  setVisibleOnAllWorkspaces = (...args: unknown[]): void =>
    this.note('setVisibleOnAllWorkspaces', ...args);
  setContentProtection = (on: boolean): void => this.note('setContentProtection', on);
  setMenu = (menu: unknown): void => this.note('setMenu', menu);
  setTitle = (title: string): void => this.note('setTitle', title);
}
