import { EventEmitter } from 'node:events';
import type { IpcMain, IpcRenderer } from 'electron';
import type { FakeWebContents } from './fake-electron-contents.ts';
import { strict } from './fake-electron-strict.ts';

/** The frame a message comes from; tests make foreign ones. */
export interface FakeFrame {
  readonly origin: string;
  readonly parent: FakeFrame | null;
  readonly url: string;
}

/** The event object handlers get. */
export interface FakeIpcEvent {
  readonly sender: FakeWebContents;
  readonly senderFrame: FakeFrame | null;
  readonly processId: number;
  readonly frameId: number;
  readonly type: 'frame';
}

type Handler = (event: FakeIpcEvent, ...args: unknown[]) => unknown;

/** `ipcMain`, and the `ipc` of one web contents. */
export class FakeIpcMain extends EventEmitter implements Pick<IpcMain, 'handle' | 'removeHandler'> {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, listener: (...args: never[]) => unknown): void {
    if (this.handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.handlers.set(channel, listener as Handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }
}

/** What the page of one window can do, and what tests can do in its name. */
export class FakePage {
  /** Everything that was pushed to it. */
  readonly pushes: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  readonly #contents: FakeWebContents;
  readonly #ipcMain: FakeIpcMain;
  readonly #listeners = new EventEmitter();

  constructor(contents: FakeWebContents, ipcMain: FakeIpcMain) {
    this.#contents = strict(contents, 'webContents');
    this.#ipcMain = ipcMain;
  }

  /** As `ipcRenderer.invoke`; `frame` is the page's own main frame unless a test names another. */
  async invokeFrom(frame: FakeFrame | null, channel: string, args: readonly unknown[]) {
    const handler = this.#contents.ipc.handlers.get(channel) ?? this.#ipcMain.handlers.get(channel);
    const failed = (why: string) => new Error(`Error invoking remote method '${channel}': ${why}`);
    if (!handler) throw failed(`Error: No handler registered for '${channel}'`);
    const event = this.#event(frame);
    const cloned = structuredClone(args);
    const value: unknown = await (async () => handler(event, ...cloned))().catch(
      (error: unknown) => {
        throw failed(String(error));
      },
    );
    return structuredClone(value);
  }

  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    return this.invokeFrom(this.#contents.mainFrame, channel, args);
  }

  /** A one-way message. */
  send(channel: string, ...args: unknown[]): void {
    const event = this.#event(this.#contents.mainFrame);
    const cloned = structuredClone(args);
    this.#contents.emit('ipc-message', event, channel, ...cloned);
    this.#ipcMain.emit(channel, event, ...cloned);
  }

  /** What main sends arrives here. */
  receive(channel: string, args: readonly unknown[]): void {
    const cloned = structuredClone(args);
    this.pushes.push({ channel, args: cloned });
    this.#listeners.emit(channel, { sender: 'ipcRenderer', ports: [] }, ...cloned);
  }

  /** For the built preload script. */
  readonly ipcRenderer: Pick<IpcRenderer, 'invoke' | 'send' | 'on' | 'removeListener'> = strict(
    {
      invoke: (channel: string, ...args: unknown[]) => this.invoke(channel, ...args),
      send: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
      on: (channel: string, listener: Parameters<EventEmitter['on']>[1]) => {
        this.#listeners.on(channel, listener);
        return this.ipcRenderer as IpcRenderer;
      },
      removeListener: (channel: string, listener: Parameters<EventEmitter['on']>[1]) => {
        this.#listeners.removeListener(channel, listener);
        return this.ipcRenderer as IpcRenderer;
      },
    },
    'ipcRenderer',
  );

  #event(senderFrame: FakeFrame | null): FakeIpcEvent {
    return { sender: this.#contents, senderFrame, processId: 1, frameId: 1, type: 'frame' };
  }
}
