import type { Clipboard } from 'electron';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { Handlers } from '#ipc/router.ts';
import type { Snapshots } from './state/snapshot.ts';
import type { WindowPresenter } from './state/window-presenter.ts';
import type { ApprovalWindow } from './windows/approval-window.ts';
import type { StatusWindow } from './windows/status-window.ts';

export interface PageHandlersDeps {
  readonly presenter: Pick<WindowPresenter, 'decide' | 'denyMany' | 'copyText'>;
  readonly snapshots: Pick<Snapshots, 'current'>;
  readonly windows: {
    readonly approval: Pick<ApprovalWindow, 'focus' | 'hide'>;
    readonly status: Pick<StatusWindow, 'show' | 'hide'>;
  };
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  readonly quit: () => void;
  readonly log: Logger;
}

/** What every channel of the contract does; who may call it was checked before (ES-13). */
export function pageHandlers(deps: PageHandlersDeps): Handlers {
  const { presenter, snapshots, windows, clipboard, log } = deps;
  return {
    'snapshot.get': () => snapshots.current(),
    'approvals.decide': (input) => presenter.decide(input),
    'approvals.denyMany': (input) => presenter.denyMany(input),
    'approvals.copy': ({ id }) => {
      const text = presenter.copyText(id);
      if (text === null) return false;
      Promise.resolve(clipboard.writeText(text)).catch((error: unknown) =>
        log.warn('clipboard.failed', { error: errorText(error) }),
      );
      return true;
    },
    'windows.open': ({ window }) => {
      if (window === 'approval') windows.approval.focus();
      else windows.status.show();
      return null;
    },
    'windows.close': (_, from) => {
      windows[from].hide();
      return null;
    },
    'app.quit': () => {
      deps.quit();
      return null;
    },
  };
}
