import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { type FakeFrame, FakeIpcMain, FakePage } from './fake-electron-ipc.ts';
import type { FakeSession } from './fake-electron-session.ts';
import { strict } from './fake-electron-strict.ts';

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

let nextId = 1;

/** `webContents` of one window, with its page. */
export class FakeWebContents extends EventEmitter {
  readonly id = nextId++;
  readonly session: FakeSession;
  readonly ipc = strict(new FakeIpcMain(), 'webContents.ipc');
  readonly page: FakePage;
  openHandler: OpenHandler | null = null;
  mainFrame: FakeFrame = strict({ origin: 'null', parent: null, url: '' }, 'mainFrame');
  destroyed = false;

  constructor(session: FakeSession, ipcMain: FakeIpcMain) {
    super();
    this.session = session;
    this.page = new FakePage(this, ipcMain);
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    this.page.receive(channel, args);
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  /** The renderer is at this address now. */
  commit(url: string): void {
    const { protocol, host } = new URL(url);
    this.mainFrame = strict({ origin: `${protocol}//${host}`, parent: null, url }, 'mainFrame');
  }
}
