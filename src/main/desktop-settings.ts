import type { App } from 'electron';
import type { CompanionConfig } from '#core/config.ts';
import { CompanionError } from '#core/errors.ts';
import { generalMessages } from '#core/messages-general.ts';
import { updateConfig } from '#host/store/config-store.ts';

type Desktop = CompanionConfig['desktop'];

export interface DesktopSettingsDeps {
  /** `config.json` of the state directory. */
  readonly path: string;
  /** As it was read at the start. */
  readonly desktop: Desktop;
  readonly app: Pick<App, 'setActivationPolicy' | 'dock'>;
}

/** Settings of the desktop app, kept in `config.json` under `desktop`. */
export interface DesktopSettings {
  /** Whether waiting requests are announced with a notification. */
  announce(): boolean;
  /** Whether the app stays in the Dock; null where there is none. */
  dockIcon(): boolean | null;
  /** A window that a person works in is open: until it is gone, the Dock leads back to it. */
  windowShown(shown: boolean): void;
  /** Written down first: what failed to be kept does not hold. @throws CompanionError STATE */
  set(change: Partial<Desktop>): Promise<void>;
}

/** Applies what was kept; not before the app is ready. */
export function createDesktopSettings({
  path,
  desktop,
  app,
}: DesktopSettingsDeps): DesktopSettings {
  const { dock } = app;
  let current = desktop;
  let isWindowShown = false;
  // What the system says may be late by a moment.
  let applied: boolean | null = null;
  // Unlike `dock.hide()`, which hides the windows too and is ignored soon after a `show()`.
  const apply = (): void => {
    const isWanted = current.dockIcon || isWindowShown;
    if (!dock || isWanted === applied) return;
    applied = isWanted;
    app.setActivationPolicy(isWanted ? 'regular' : 'accessory');
  };
  apply();
  return {
    announce: () => current.announce,
    dockIcon: () => (dock ? current.dockIcon : null),
    windowShown(shown) {
      isWindowShown = shown;
      apply();
    },
    async set(change) {
      if (change.dockIcon !== undefined && !dock) {
        throw new CompanionError('UNAVAILABLE', generalMessages.noDock);
      }
      current = (await updateConfig(path, 'desktop', change)).desktop;
      apply();
    },
  };
}
