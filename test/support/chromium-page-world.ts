/**
 * What runs inside the pages of `chromium-windows.ts`, before their own scripts. Playwright sends
 * these functions as text: they must not use anything from outside themselves.
 */

/** What the preload put into the page's world: names of its objects → names of their functions. */
type Exposed = Readonly<Record<string, readonly string[]>>;

/** A listener cannot cross: it stays in the page under a number. */
export type Crossing = { readonly value: unknown } | { readonly listener: number };

/** How the window of a page is, as its own document tells. */
interface WindowState {
  readonly visible: boolean;
  readonly focused: boolean;
}

/** The ways between a page and the test; a page of ours never looks at them. */
export interface PageWorld {
  /** The answer as JSON; null: there is none. */
  callPreload(key: string, name: string, args: readonly Crossing[]): Promise<string | null>;
  reportSize(width: number, height: number): Promise<void>;
  reportViolation(text: string): Promise<void>;
  /** `args` as JSON. */
  hearPush(listener: number, args: string): void;
  beWindow(state: WindowState): void;
}

interface Box {
  getBoundingClientRect(): { readonly width: number; readonly height: number };
}

/** The little of a DOM that is used here; tests are checked without its library. */
interface Dom extends PageWorld {
  readonly top: unknown;
  readonly document: { readonly documentElement: Box; dispatchEvent(event: Event): boolean };
  readonly ResizeObserver: new (call: () => void) => { observe(box: Box): void };
  addEventListener(type: string, listener: (event: Violation) => void): void;
  dispatchEvent(event: Event): boolean;
}

interface Violation {
  readonly violatedDirective: string;
  readonly blockedURI: string;
  readonly sample: string;
}

/** Puts what the preload exposed into the page, as frozen as the context bridge does. */
export function installPreload(exposed: Exposed): void {
  const page = globalThis as unknown as Dom;
  // The preload runs in the main frame only (ES-02).
  if (page.top !== globalThis) return;
  const listeners = new Map<number, (...args: unknown[]) => void>();
  let count = 0;
  page.hearPush = (listener, args) => listeners.get(listener)?.(...(JSON.parse(args) as unknown[]));
  const crossing = (arg: unknown): Crossing => {
    if (typeof arg !== 'function') return { value: arg };
    listeners.set(++count, arg as (...args: unknown[]) => void);
    return { listener: count };
  };
  const standIn =
    (key: string, name: string) =>
    (...args: unknown[]) => {
      const sent = args.map(crossing);
      const answer = page.callPreload(key, name, sent);
      const given = sent.flatMap((one) => ('listener' in one ? [one.listener] : []));
      // Whoever gives a listener gets back, at once, what stops it.
      const stop = () => {
        for (const one of given) listeners.delete(one);
      };
      if (given.length > 0) return stop;
      return answer.then((text) => (text === null ? undefined : (JSON.parse(text) as unknown)));
    };
  for (const [key, names] of Object.entries(exposed)) {
    const api = Object.fromEntries(names.map((name) => [name, standIn(key, name)]));
    Object.defineProperty(page, key, { value: Object.freeze(api), enumerable: true });
  }
}

/** Tells of violations of the policy and of the size the document wants (preferred size mode). */
export function installReports(): void {
  const page = globalThis as unknown as Dom;
  if (page.top !== globalThis) return;
  page.addEventListener('securitypolicyviolation', (event) => {
    void page.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  page.addEventListener('DOMContentLoaded', () => {
    const { documentElement: box } = page.document;
    const report = () => {
      const { width, height } = box.getBoundingClientRect();
      void page.reportSize(Math.ceil(width), Math.ceil(height));
    };
    new page.ResizeObserver(report).observe(box);
  });
}

/**
 * Chromium takes every page of a headless browser for a visible one with the focus. As in Electron,
 * a window that has not been shown yet counts as visible.
 */
export function installWindowState(): void {
  const page = globalThis as unknown as Dom;
  if (page.top !== globalThis) return;
  let state: WindowState = { visible: true, focused: false };
  const tell = (name: string, get: () => unknown) =>
    Object.defineProperty(page.document, name, { get, configurable: true });
  tell('hidden', () => !state.visible);
  tell('visibilityState', () => (state.visible ? 'visible' : 'hidden'));
  tell('hasFocus', () => () => state.focused);
  page.beWindow = (next) => {
    const before = state;
    state = next;
    if (next.visible !== before.visible) {
      page.document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }
    if (next.focused !== before.focused) {
      page.dispatchEvent(new Event(next.focused ? 'focus' : 'blur'));
    }
  };
}
