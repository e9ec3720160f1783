import type { Snapshot } from '#ipc/contract.ts';
import type { WindowShell } from '../windows/shared-window.ts';
import type { PairingPrompts } from './pairing-prompts.ts';
import type { Snapshots } from './snapshot.ts';
import type { WindowPresenter } from './window-presenter.ts';

export interface ApprovalClosingDeps {
  readonly window: WindowShell;
  readonly snapshots: Pick<Snapshots, 'current' | 'subscribe'>;
  readonly presenter: Pick<WindowPresenter, 'dismissed'>;
  readonly prompts: Pick<PairingPrompts, 'dismissed'>;
}

/** What it means that a person closes the approval window. */
export interface ApprovalClosing {
  /** By its own button, or by one of its page. */
  closed(): void;
  stop(): void;
}

/**
 * Nobody is put off by that who was not in view (app-features §9): commands come first in the
 * window, then how the last of them went away, and who wants to be let in waits behind both.
 */
export function openApprovalClosing(deps: ApprovalClosingDeps): ApprovalClosing {
  const { window, snapshots, presenter, prompts } = deps;
  /** A command was in view, so the window is owed to whoever waits behind it. */
  let isOwed = false;
  const stop = snapshots.subscribe(({ approvals, pairing }) => {
    if (!isOwed || approvals.waiting.length > 0) return;
    isOwed = false;
    if (pairing.current !== null) window.show();
  });
  return {
    closed() {
      const snapshot = snapshots.current();
      const isBehind = strangerBehind(snapshot);
      presenter.dismissed();
      if (isBehind) return window.show();
      window.hide();
      isOwed = snapshot.approvals.waiting.length > 0;
      if (!isOwed) prompts.dismissed();
    },
    stop,
  };
}

/** How a question went away is on the page, and who wants to be let in waits behind that. */
function strangerBehind({ approvals, pairing }: Snapshot): boolean {
  return approvals.current === null && approvals.last !== null && pairing.current !== null;
}
