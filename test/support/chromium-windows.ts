import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  type Crossing,
  installPreload,
  installReports,
  installWindowState,
  type PageWorld,
} from './chromium-page-world.ts';
import { answerRequests, ownAddress, servedFrom } from './chromium-requests.ts';
import type { FakeBrowserWindow } from './fake-electron-window.ts';
import { patienceMs } from './patience.ts';
import { runPreload } from './run-preload.ts';

/**
 * Every window of the fake Electron opens its page in a real Chromium (issue 4, "How it is tested
 * here"): the built page, from the session's own protocol handler and request filter, with the
 * built preload executed against the window's `ipcRenderer`. A browser context for each window.
 */
export interface ChromiumWindows {
  /** For `createFakeElectron`. */
  readonly loadPage: (window: FakeBrowserWindow, url: string) => Promise<void>;
  /** Resolves when the window has loaded it; rejects when nothing loads there. */
  page(window: FakeBrowserWindow): Promise<Page>;
  /** Kills the renderer; resolves when the main process has been told. */
  crash(window: FakeBrowserWindow): Promise<void>;
  /** What the main process pushes stays on the way until the returned function is called. */
  hold(window: FakeBrowserWindow): Promise<() => Promise<void>>;
  /** Errors and warnings of pages, violations of the policy, opened windows, since the last call. */
  takeProblems(): readonly string[];
  /** Closes every page. */
  close(): Promise<void>;
}

/** A listener of a page: `deliver` sends it what it is called with. */
type Deliver = (listener: number, args: readonly unknown[]) => void;

/** @param prepare may put something into a context that runs in its pages before they load. */
export function createChromiumWindows(
  browser: Browser,
  prepare: (context: BrowserContext) => Promise<void> = async () => undefined,
): ChromiumWindows {
  const opened = new Map<number, Promise<WindowPage>>();
  const contexts = new Set<BrowserContext>();
  const ending = new Map<BrowserContext, Promise<void>>();
  const problems: string[] = [];
  const of = async ({ id }: FakeBrowserWindow): Promise<WindowPage> => {
    const found = opened.get(id);
    if (!found) throw new Error(`window ${id} has no page`);
    return found;
  };
  /** Once for each: a second `close` of a context does not wait for the first. */
  const end = (context: BrowserContext): Promise<void> => {
    const closing = ending.get(context) ?? context.close();
    ending.set(context, closing);
    return closing;
  };

  async function open(window: FakeBrowserWindow, url: string): Promise<WindowPage> {
    const { width, height } = window.getBounds();
    const viewport = { width, height };
    const context = await browser.newContext({ viewport, locale: 'en', timezoneId: 'UTC' });
    contexts.add(context);
    if (window.isDestroyed()) await end(context);
    else window.once('closed', () => void end(context));
    await prepare(context);
    const made = new WindowPage(window, context, await context.newPage(), problems);
    await made.open(url);
    return made;
  }
  return {
    async loadPage(window, url) {
      const opening = open(window, url);
      opened.set(window.id, opening);
      await opening;
    },
    page: async (window) => (await of(window)).page,
    crash: async (window) => (await of(window)).crash(),
    hold: async (window) => (await of(window)).hold(),
    takeProblems: () => problems.splice(0),
    async close() {
      await Promise.all([...contexts].map(end));
    },
  };
}

/**
 * Replies and snapshots are plain data, and cross as one text: Electron clones them at once, while
 * Playwright goes through them value by value, which takes it longer than the page to draw them.
 */
const asText = (data: unknown): string => JSON.stringify(data ?? null);

class WindowPage {
  readonly window: FakeBrowserWindow;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #problems: string[];
  #opening = true;
  #held: (() => Promise<void>)[] | null = null;

  constructor(window: FakeBrowserWindow, context: BrowserContext, page: Page, problems: string[]) {
    this.window = window;
    this.context = context;
    this.page = page;
    this.#problems = problems;
  }

  async open(url: string): Promise<void> {
    this.context.setDefaultTimeout(patienceMs);
    this.#watch();
    await answerRequests(this.context, this.page, this.window, () => this.#opening);
    await this.#installPreload();
    await this.page.addInitScript(installReports);
    await this.page.addInitScript(installWindowState);
    await this.page.goto(`${servedFrom}${new URL(url).pathname}`);
    this.#opening = false;
    this.#followWindow();
  }

  async crash(): Promise<void> {
    const told = once(this.window.webContents, 'render-process-gone');
    const session = await this.context.newCDPSession(this.page);
    session.send('Page.crash').catch(() => {
      // A renderer that dies answers nothing.
    });
    await told;
  }

  hold(): () => Promise<void> {
    const held: (() => Promise<void>)[] = [];
    this.#held = held;
    return async () => {
      this.#held = null;
      for (const deliver of held) await deliver();
    };
  }

  #watch(): void {
    const { page, context, window } = this;
    const { webContents } = window;
    page.on('pageerror', (error) => this.#problems.push(`${error}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#problems.push(message.text());
    });
    page.on('crash', () => {
      webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    context.on('page', (popup) => {
      const url = ownAddress(popup.url());
      const answer = webContents.openHandler?.({ url } as never) ?? { action: 'allow' };
      if (answer.action !== 'deny') this.#problems.push(`a page opened a window: ${url}`);
      void popup.close();
    });
  }

  /** The built preload, and its way into the page and back. */
  async #installPreload(): Promise<void> {
    const { page, window } = this;
    const { preload = '' } = window.options.webPreferences ?? {};
    const exposed = runPreload(preload, window.webContents.page) as Readonly<
      Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>
    >;
    await page.exposeBinding(
      'callPreload' satisfies keyof PageWorld,
      async ({ frame }, key: string, name: string, args: readonly Crossing[]) => {
        if (frame !== page.mainFrame()) throw new Error('only the main frame has a preload');
        const answer = await exposed[key]?.[name]?.(...args.map((arg) => this.#cross(arg)));
        return typeof answer === 'function' ? null : asText(answer);
      },
    );
    const report = 'reportViolation' satisfies keyof PageWorld;
    await page.exposeBinding(report, (_source, text: string) => this.#problems.push(text));
    await page.exposeBinding(
      'reportSize' satisfies keyof PageWorld,
      (_source, width: number, height: number) => this.#resized(width, height),
    );
    const names = Object.entries(exposed).map(([key, api]) => [key, Object.keys(api)] as const);
    await page.addInitScript(installPreload, Object.fromEntries(names));
  }

  #cross(arg: Crossing): unknown {
    return 'value' in arg ? arg.value : (...args: unknown[]) => this.#deliver(arg.listener, args);
  }

  readonly #deliver: Deliver = (listener, args) => {
    const push = () =>
      this.#inPage(([to, what]) => (globalThis as unknown as PageWorld).hearPush(to, what), [
        listener,
        asText(args),
      ] as const);
    if (this.#held) this.#held.push(push);
    else void push();
  };

  #resized(width: number, height: number): void {
    const { window } = this;
    if (window.isDestroyed() || !window.options.webPreferences?.enablePreferredSizeMode) return;
    window.webContents.emit('preferred-size-changed', {}, { width, height });
  }

  /** What happens to the window happens to its page. */
  #followWindow(): void {
    const { page, window } = this;
    let visible = true;
    const tell = (): void => {
      const state = { visible, focused: window.isFocused() };
      void this.#inPage((next) => (globalThis as unknown as PageWorld).beWindow(next), state);
    };
    const turn = (shown: boolean) => (): void => {
      visible = shown;
      tell();
    };
    const sizePage = (): void => {
      const { width, height } = window.getBounds();
      void page.setViewportSize({ width, height }).catch(() => {
        // The window was closed meanwhile.
      });
    };
    window.on('show', turn(true));
    window.on('hide', turn(false));
    window.on('focus', tell);
    window.on('blur', tell);
    window.on('resize', sizePage);
    sizePage();
    if (window.isVisible()) turn(true)();
  }

  /** Nothing that is sent to a page that is gone, or goes, is an error: Electron drops it too. */
  async #inPage<A>(task: (arg: A) => void, arg: A): Promise<void> {
    try {
      await this.page.evaluate(task as never, arg);
    } catch (error) {
      if (!this.window.isDestroyed() && !this.page.isClosed() && !`${error}`.includes('crashed'))
        this.#problems.push(`${error}`);
    }
  }
}
