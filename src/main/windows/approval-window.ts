import type { BrowserWindow, BrowserWindowConstructorOptions, Screen } from 'electron';
import { PageWindow, type PageWindowDeps } from './page-window.ts';
import { promptPosition } from './prompt-position.ts';
import { clamp, inside, type Size } from './rectangle.ts';
import type { WindowPlatform } from './window-platform.ts';

/** ui.md §2. */
const width = 520;
const leastHeight = 280;
const mostHeight = 680;
const firstHeight = 440;

export interface ApprovalWindowDeps extends PageWindowDeps {
  readonly screen: Pick<
    Screen,
    'getCursorScreenPoint' | 'getDisplayNearestPoint' | 'getDisplayMatching'
  >;
  readonly platform: WindowPlatform;
  /** A person closed it: nothing is decided, the questions stay. */
  readonly onDismissed: () => void;
  /** Its page cannot be shown: nobody can answer there until it can. */
  readonly onBroken: () => void;
  /** Its page is there, for the first time or again. */
  readonly onLoaded?: () => void;
}

export interface ApprovalWindow {
  /** Makes it, hidden, so that the first question is on the screen at once. */
  prepare(): void;
  /** Brings it up without taking the keyboard from what the person is doing (AP-07). */
  show(): void;
  /** A person asked for it: it may have the keyboard. */
  focus(): void;
  hide(): void;
  isShown(): boolean;
  /** Before the app quits. */
  destroy(): void;
}

function options(platform: WindowPlatform): BrowserWindowConstructorOptions {
  return {
    width,
    height: firstHeight,
    // The click that brings the window forward must not press a button in it (AP-07).
    acceptFirstMouse: false,
    ...(platform === 'macos' ? { type: 'panel', frame: false } : {}),
  };
}

/** Above other windows and on every workspace, where the system lets a window do that (AP-08). */
function prepareWindow(window: BrowserWindow, platform: WindowPlatform): void {
  // Keeps it out of most screen recordings; not a boundary (AP-15).
  window.setContentProtection(true);
  if (platform === 'wayland') return;
  window.setAlwaysOnTop(true, 'modal-panel');
  // Without `skipTransformProcessType` the Dock icon flickers (electron-security §8).
  window.setVisibleOnAllWorkspaces(true, {
    visibleOnFullScreen: true,
    skipTransformProcessType: true,
  });
}

/** The window in which a person answers questions: AP-07, AP-08, AP-15, ES-18. */
export function createApprovalWindow(deps: ApprovalWindowDeps): ApprovalWindow {
  const { platform, screen } = deps;
  const placeable = platform !== 'wayland';
  let wantsKeyboard = false;
  let contentHeight = firstHeight;

  /** As high as its content, where the screen is that high: the buttons are at its lower end. */
  function resize(window: BrowserWindow, { height: room }: { readonly height: number }): void {
    const height = clamp(contentHeight, leastHeight, Math.min(mostHeight, room));
    window.setContentSize(width, height);
    const over = window.getBounds().height - room;
    // Where the system draws a title bar, that needs room too.
    if (over > 0) window.setContentSize(width, height - over);
  }

  function reveal(window: BrowserWindow): void {
    // One that is up stays where it is: nothing moves under the pointer.
    if (window.isVisible()) window.moveTop();
    else {
      if (placeable) {
        const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
        // It was fitted to the screen it was last on.
        resize(window, workArea);
        const at = promptPosition(workArea, window.getBounds());
        window.setPosition(at.x, at.y);
      }
      window.showInactive();
    }
    if (wantsKeyboard) window.focus();
    wantsKeyboard = false;
  }

  function fit(window: BrowserWindow, content: Size): void {
    const before = window.getBounds();
    const { workArea } = screen.getDisplayMatching(before);
    contentHeight = content.height;
    resize(window, workArea);
    if (!placeable || !window.isVisible()) return;
    const at = inside(workArea, window.getBounds(), before);
    if (at.x !== before.x || at.y !== before.y) window.setPosition(at.x, at.y);
  }

  const page = new PageWindow(deps, {
    name: 'approval',
    options: options(platform),
    prepare: (window) => prepareWindow(window, platform),
    reveal,
    fit,
    dismissed() {
      wantsKeyboard = false;
      deps.onDismissed();
    },
    broken() {
      // Who asked for it has not got it: the next question comes up by itself (AP-07).
      wantsKeyboard = false;
      deps.onBroken();
    },
    ...(deps.onLoaded === undefined ? {} : { loaded: deps.onLoaded }),
  });

  return {
    prepare: () => page.prepare(),
    show: () => page.show(),
    focus() {
      wantsKeyboard = true;
      page.show();
    },
    hide() {
      wantsKeyboard = false;
      page.hide();
    },
    isShown: () => page.isShown(),
    destroy: () => page.destroy(),
  };
}
