import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { Companion } from '#host/companion.ts';
import type { LinkKey, OpenLink } from '../links.ts';
import type { PairingPrompts } from '../state/pairing-prompts.ts';
import type { SettingsView } from '../state/settings-view.ts';
import type { AppWindows } from '../windows/app-windows.ts';
import type { TrayActions } from './menu.ts';

export interface TrayActionsDeps {
  readonly companion: Pick<Companion, 'pauses' | 'standstill'>;
  readonly windows: Pick<AppWindows, 'approval' | 'status'>;
  readonly settingsView: SettingsView;
  readonly prompts: Pick<PairingPrompts, 'askedFor'>;
  readonly choosePolicy: NonNullable<TrayActions['choosePolicy']>;
  readonly openLink: OpenLink;
  /** The state that the menu shows has changed. */
  readonly changed: () => void;
  readonly quit: () => void;
  readonly platform: NodeJS.Platform;
  readonly log: Logger;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
}

const minuteMs = 60_000;

/** What the rows of the icon's menu do. */
export function trayActions(deps: TrayActionsDeps): TrayActions {
  const { companion, windows, settingsView, prompts, openLink, log, who } = deps;
  const by = { surface: 'window', who } as const;
  /** A menu has no place to say that something could not be opened. */
  const open = async (link: LinkKey): Promise<void> => {
    try {
      const opened = await openLink(link);
      if (!opened) log.warn('tray.link.failed', { link });
    } catch (error) {
      log.warn('tray.link.failed', { link, error: errorText(error) });
    }
  };
  return {
    showApprovals: () => windows.approval.focus(),
    showStatus: () => windows.status.show(),
    showPairing() {
      prompts.askedFor();
      windows.approval.focus();
    },
    pause(minutes) {
      if (minutes === 0) companion.standstill.end(by);
      else companion.standstill.begin(minutes === null ? null : minutes * minuteMs, by);
    },
    resume(agent) {
      companion.pauses.resume(agent, by);
      deps.changed();
    },
    choosePolicy: deps.choosePolicy,
    openSettings: () => settingsView.open(),
    openDashboard: () => void open('dashboard'),
    openLogs: () => void open('logs-folder'),
    ...(deps.platform === 'linux' && { openAbout: () => settingsView.open('about') }),
    quit: deps.quit,
  };
}
