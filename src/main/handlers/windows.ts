import type { Handlers } from '#ipc/router.ts';
import type { ApprovalClosing } from '../state/approval-closing.ts';
import type { PairingPrompts } from '../state/pairing-prompts.ts';
import { seenBy } from '../state/seen-by.ts';
import type { SettingsView } from '../state/settings-view.ts';
import type { Snapshots } from '../state/snapshot.ts';
import type { Toast } from '../state/toast.ts';
import type { AppWindows } from '../windows/app-windows.ts';

export interface WindowHandlersDeps {
  readonly snapshots: Pick<Snapshots, 'current'>;
  readonly windows: Pick<AppWindows, 'approval' | 'status' | 'settings'>;
  readonly settingsView: SettingsView;
  readonly prompts: Pick<PairingPrompts, 'askedFor'>;
  readonly closing: Pick<ApprovalClosing, 'closed'>;
  readonly toast: Pick<Toast, 'dismiss'>;
  readonly quit: () => void;
}

/** What is shown, and which window comes and goes. */
export function windowHandlers(
  deps: WindowHandlersDeps,
): Pick<Handlers, 'snapshot.get' | 'windows.open' | 'windows.close' | 'app.quit'> {
  const { snapshots, windows, settingsView, prompts, closing, toast } = deps;
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
      else if (from === 'approval') closing.closed();
      else windows[from].hide();
      return null;
    },
    'app.quit': () => {
      deps.quit();
      return null;
    },
  };
}
