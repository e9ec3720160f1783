import type { BrowserWindow, BrowserWindowConstructorOptions, Screen } from 'electron';
import { PageWindow, type PageWindowDeps } from './page-window.ts';
import { popoverPosition } from './popover-position.ts';
import { clamp, contains, type Rectangle, type Size } from './rectangle.ts';
import type { WindowPlatform } from './window-platform.ts';

/** ui.md §3. */
const width = 320;
const leastHeight = 160;
const mostHeight = 520;
const firstHeight = 360;

export interface StatusWindowDeps extends PageWindowDeps {
  readonly screen: Pick<
    Screen,
    'getCursorScreenPoint' | 'getDisplayMatching' | 'on' | 'removeListener'
  >;
  readonly platform: WindowPlatform;
  /** Where the tray icon is; null where the system does not tell (Linux). */
  readonly anchor: () => Rectangle | null;
}

export interface StatusWindow {
  prepare(): void;
  show(): void;
  hide(): void;
  /** A click on the tray icon. */
  toggle(): void;
  isShown(): boolean;
  /** Before the app quits. */
  destroy(): void;
}

function options(platform: WindowPlatform): BrowserWindowConstructorOptions {
  return {
    width,
    height: firstHeight,
    // Elsewhere it is an ordinary window: there is no icon to hang it on.
    ...(platform === 'macos' ? { type: 'panel', frame: false, skipTaskbar: true } : {}),
  };
}

/** What is happening now, under the tray icon; on Linux an ordinary window (electron-security §8). */
export function createStatusWindow(deps: StatusWindowDeps): StatusWindow {
  const { anchor, platform, screen } = deps;
  const popover = platform === 'macos';

  function place(window: BrowserWindow): void {
    const icon = popover ? anchor() : null;
    if (!icon || icon.width === 0) return;
    const { workArea } = screen.getDisplayMatching(icon);
    const at = popoverPosition({ anchor: icon, workArea, size: window.getBounds() });
    window.setPosition(at.x, at.y);
  }

  /** The press on the icon blurs first and clicks after: then the click is what hides. */
  function blurred(): void {
    const icon = anchor();
    if (icon && contains(icon, screen.getCursorScreenPoint())) return;
    page.hide();
  }

  const page = new PageWindow(deps, {
    name: 'status',
    options: options(platform),
    prepare(window) {
      if (popover) window.on('blur', blurred);
    },
    reveal(window) {
      place(window);
      window.show();
      window.focus();
    },
    fit(window: BrowserWindow, content: Size) {
      window.setContentSize(width, clamp(content.height, leastHeight, mostHeight));
      place(window);
    },
    dismissed: () => undefined,
    broken: () => undefined,
  });

  const replace = (): void => {
    const window = page.current();
    if (window && page.isShown()) place(window);
  };
  screen.on('display-metrics-changed', replace);

  return {
    prepare: () => page.prepare(),
    show: () => page.show(),
    hide: () => page.hide(),
    toggle: () => (page.isShown() ? page.hide() : page.show()),
    isShown: () => page.isShown(),
    destroy() {
      screen.removeListener('display-metrics-changed', replace);
      page.destroy();
    },
  };
}
