import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { errorText } from '#core/errors.ts';
import type { Cancel, Clock, Logger } from '#core/ports.ts';
import type { WindowName } from '#ipc/contract.ts';
import { pageUrl } from '../security/app-protocol.ts';
import { secureWebPreferences } from '../security/secure-web-preferences.ts';
import type { Size } from './rectangle.ts';
import type { WindowRegistry } from './window-registry.ts';

export interface PageWindowDeps {
  readonly open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly registry: Pick<WindowRegistry, 'register'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly packaged: boolean;
}

/** What makes one window different from the other. */
export interface PageWindowKind {
  readonly name: WindowName;
  readonly options: BrowserWindowConstructorOptions;
  /** Once for each window that is made. */
  prepare(window: BrowserWindow): void;
  /** Brings a loaded window before the person. */
  reveal(window: BrowserWindow): void;
  /** The page's content wants this much room. */
  fit(window: BrowserWindow, content: Size): void;
  /** A person closed the window: it is hidden. */
  dismissed(): void;
  /** Its page is there. */
  loaded?(): void;
  /** The window cannot be shown any more; the next `show` tries again. */
  broken(): void;
}

/** Their size follows the page, so nobody changes it. */
const everyWindow: BrowserWindowConstructorOptions = {
  useContentSize: true,
  title: 'OpenClaw Companion',
  resizable: false,
  minimizable: false,
  maximizable: false,
  fullscreenable: false,
};

/** A page that dies this often within a minute is not built again by itself. */
const maxCrashes = 3;
const crashWindowMs = 60_000;

/**
 * One hidden window with one of our pages: made before it is needed, hidden instead of closed,
 * made again when its renderer dies (ES-18). It decides nothing; questions live in the core.
 */
export class PageWindow {
  readonly #deps: PageWindowDeps;
  readonly #kind: PageWindowKind;
  #window: BrowserWindow | null = null;
  #loaded = false;
  #wanted = false;
  #destroyed = false;
  #crashes: number[] = [];
  #cancelRebuild: Cancel | null = null;

  constructor(deps: PageWindowDeps, kind: PageWindowKind) {
    this.#deps = deps;
    this.#kind = kind;
  }

  /** Makes the window and loads its page without showing it. Not before the app is ready. */
  prepare(): void {
    if (this.#window || this.#destroyed) return;
    const { deps, kind } = { deps: this.#deps, kind: this.#kind };
    const { preload, packaged } = deps;
    const window = deps.open({
      ...everyWindow,
      ...kind.options,
      show: false,
      webPreferences: secureWebPreferences({ preload, packaged, partition: kind.name }),
    });
    this.#window = window;
    this.#loaded = false;
    deps.registry.register(window.webContents, kind.name);
    this.#listen(window);
    kind.prepare(window);
    window.loadURL(pageUrl(kind.name)).catch((error: unknown) => {
      this.#gone(window, `load failed: ${errorText(error)}`);
    });
  }

  /** Shows it as soon as its page is there. */
  show(): void {
    if (this.#destroyed) return;
    this.#wanted = true;
    this.prepare();
    this.#revealWhenReady();
  }

  hide(): void {
    this.#wanted = false;
    this.#window?.hide();
  }

  isShown(): boolean {
    return this.#wanted;
  }

  /** The window of this moment, for placing it. */
  current(): BrowserWindow | null {
    return this.#window;
  }

  /** For good: before the app quits, or `close` would keep it alive. */
  destroy(): void {
    this.#destroyed = true;
    this.#wanted = false;
    this.#drop();
  }

  #listen(window: BrowserWindow): void {
    const { webContents: contents } = window;
    window.on('close', (event) => {
      event.preventDefault();
      this.hide();
      this.#kind.dismissed();
    });
    contents.on('did-finish-load', () => {
      this.#loaded = true;
      this.#kind.loaded?.();
      this.#revealWhenReady();
    });
    contents.on('preferred-size-changed', (_event, size) => this.#kind.fit(window, size));
    contents.on('render-process-gone', (_event, { reason }) => this.#gone(window, reason));
  }

  #revealWhenReady(): void {
    if (this.#window && this.#loaded && this.#wanted) this.#kind.reveal(this.#window);
  }

  #gone(window: BrowserWindow, reason: string): void {
    // A renderer that dies while it loads is told twice.
    if (window !== this.#window || this.#cancelRebuild) return;
    const { clock, log } = this.#deps;
    const now = clock.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < crashWindowMs), now];
    log.error('window.page.gone', { window: this.#kind.name, reason });
    this.#loaded = false;
    // Not from inside the event: Electron still works with the contents that it is about.
    this.#cancelRebuild = clock.schedule(0, () => {
      this.#cancelRebuild = null;
      if (this.#crashes.length >= maxCrashes) return this.#giveUp(window);
      this.#drop();
      this.prepare();
    });
  }

  #giveUp(window: BrowserWindow): void {
    if (window !== this.#window) return;
    this.#wanted = false;
    this.#drop();
    this.#kind.broken();
  }

  #drop(): void {
    this.#cancelRebuild?.();
    this.#cancelRebuild = null;
    this.#loaded = false;
    this.#window?.destroy();
    this.#window = null;
  }
}
