import type { BrowserWindow, BrowserWindowConstructorOptions, Screen } from 'electron';
import { PageWindow, type PageWindowDeps } from './page-window.ts';
import { clamp, type Size } from './rectangle.ts';
import type { WindowPlatform } from './window-platform.ts';

/** node-commands §2.3. */
const width = 360;
const leastHeight = 64;
const mostHeight = 220;
const inset = 8;

export interface ToastWindowDeps extends PageWindowDeps {
  readonly screen: Pick<Screen, 'getPrimaryDisplay'>;
  readonly platform: WindowPlatform;
  /** A person closed it. */
  readonly onDismissed: () => void;
}

export interface ToastWindow {
  /** Brings it up without taking the keyboard from anybody. */
  show(): void;
  hide(): void;
  isShown(): boolean;
  /** Before the app quits. */
  destroy(): void;
}

function options(platform: WindowPlatform): BrowserWindowConstructorOptions {
  return {
    width,
    height: leastHeight,
    frame: false,
    // It only tells: it can neither take the keyboard nor be an application's front window.
    focusable: false,
    skipTaskbar: true,
    // A click dismisses, also the one that would only bring the window forward.
    acceptFirstMouse: true,
    ...(platform === 'macos' ? { type: 'panel' } : {}),
  };
}

/** A message in the corner of the screen, for a few seconds; made when the first one comes. */
export function createToastWindow(deps: ToastWindowDeps): ToastWindow {
  const { platform, screen } = deps;

  function place(window: BrowserWindow): void {
    // There a window cannot say where it is.
    if (platform === 'wayland') return;
    const { workArea } = screen.getPrimaryDisplay();
    window.setPosition(workArea.x + workArea.width - width - inset, workArea.y + inset);
  }

  const page = new PageWindow(deps, {
    name: 'toast',
    options: options(platform),
    prepare(window) {
      if (platform === 'wayland') return;
      // Below the approval window's level: a message must never cover a question.
      window.setAlwaysOnTop(true, 'floating');
      window.setVisibleOnAllWorkspaces(true, {
        visibleOnFullScreen: true,
        skipTransformProcessType: true,
      });
    },
    reveal(window) {
      place(window);
      window.showInactive();
    },
    fit(window: BrowserWindow, content: Size) {
      window.setContentSize(width, clamp(content.height, leastHeight, mostHeight));
      place(window);
    },
    dismissed: deps.onDismissed,
    broken: () => undefined,
  });

  return {
    show: () => page.show(),
    hide: () => page.hide(),
    isShown: () => page.isShown(),
    destroy: () => page.destroy(),
  };
}
