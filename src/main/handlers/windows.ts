import type { Snapshot } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import type { PairingPrompts } from '../state/pairing-prompts.ts';
import { seenBy } from '../state/seen-by.ts';
import type { SettingsView } from '../state/settings-view.ts';
import type { Snapshots } from '../state/snapshot.ts';
import type { Toast } from '../state/toast.ts';
import type { WindowPresenter } from '../state/window-presenter.ts';
import type { AppWindows } from '../windows/app-windows.ts';

export interface WindowHandlersDeps {
  readonly snapshots: Pick<Snapshots, 'current'>;
  readonly windows: Pick<AppWindows, 'approval' | 'status' | 'settings'>;
  readonly settingsView: SettingsView;
  readonly prompts: Pick<PairingPrompts, 'askedFor'>;
  readonly presenter: Pick<WindowPresenter, 'dismissed'>;
  readonly toast: Pick<Toast, 'dismiss'>;
  readonly quit: () => void;
}

/** What is shown, and which window comes and goes. */
export function windowHandlers(
  deps: WindowHandlersDeps,
): Pick<Handlers, 'snapshot.get' | 'windows.open' | 'windows.close' | 'app.quit'> {
  const { snapshots, windows, settingsView, prompts, presenter, toast } = deps;
  return {
    'snapshot.get': (_, from) => seenBy(from, snapshots.current()),
    'windows.open': ({ window, section }) => {
      if (window === 'settings') settingsView.open(section);
      else if (window === 'status') windows.status.show();
      else {
        prompts.askedFor();
        windows.approval.focus();
      }
      return null;
    },
    'windows.close': (_, from) => {
      if (from === 'toast') toast.dismiss();
      else if (from !== 'approval' || !strangerBehind(snapshots.current())) windows[from].hide();
      // As with the window's own button: else what was read comes up again with the next stranger.
      if (from === 'approval') presenter.dismissed();
      return null;
    },
    'app.quit': () => {
      deps.quit();
      return null;
    },
  };
}

/** How a question went away is on the page, and who wants to be let in waits behind that. */
function strangerBehind({ approvals, pairing }: Snapshot): boolean {
  return approvals.current === null && approvals.last !== null && pairing.current !== null;
}
