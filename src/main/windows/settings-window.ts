import type { BrowserWindow, Screen } from 'electron';
import { PageWindow, type PageWindowDeps } from './page-window.ts';
import type { WindowPlatform } from './window-platform.ts';

/** ui.md §4. */
const size = { width: 760, height: 560 };
const least = { minWidth: 640, minHeight: 420 };

export interface SettingsWindowDeps extends PageWindowDeps {
  readonly screen: Pick<Screen, 'getCursorScreenPoint' | 'getDisplayNearestPoint'>;
  readonly platform: WindowPlatform;
  /** It came up or went away: on macOS the Dock icon follows (app-features §10). */
  readonly onShown: (shown: boolean) => void;
}

export interface SettingsWindow {
  /** A person asked for it: it gets the keyboard. */
  show(): void;
  hide(): void;
  isShown(): boolean;
  /** Before the app quits. */
  destroy(): void;
}

/** An ordinary window that a person opens, sizes and closes; made at its first showing. */
export function createSettingsWindow(deps: SettingsWindowDeps): SettingsWindow {
  const { screen, platform, onShown } = deps;

  function reveal(window: BrowserWindow): void {
    if (!window.isVisible() && platform !== 'wayland') {
      const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
      const bounds = window.getBounds();
      window.setPosition(
        Math.round(workArea.x + Math.max(0, (workArea.width - bounds.width) / 2)),
        Math.round(workArea.y + Math.max(0, (workArea.height - bounds.height) / 3)),
      );
    }
    window.show();
    window.focus();
    onShown(true);
  }

  const page = new PageWindow(deps, {
    name: 'settings',
    options: { ...size, ...least, resizable: true, minimizable: true, maximizable: true },
    prepare: () => undefined,
    reveal,
    fit: () => undefined,
    dismissed: () => onShown(false),
    broken: () => onShown(false),
  });
  return {
    show: () => page.show(),
    hide() {
      page.hide();
      onShown(false);
    },
    isShown: () => page.isShown(),
    destroy: () => page.destroy(),
  };
}
