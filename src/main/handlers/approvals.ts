import type { Clipboard } from 'electron';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { Handlers } from '#ipc/router.ts';
import type { WindowPresenter } from '../state/window-presenter.ts';

export interface ApprovalHandlersDeps {
  readonly presenter: Pick<
    WindowPresenter,
    'decide' | 'denyMany' | 'copyText' | 'extend' | 'askAgain'
  >;
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  readonly log: Logger;
}

/** What the approval page may ask for; the presenter decides what comes of it. */
export function approvalHandlers({
  presenter,
  clipboard,
  log,
}: ApprovalHandlersDeps): Pick<
  Handlers,
  | 'approvals.decide'
  | 'approvals.denyMany'
  | 'approvals.copy'
  | 'approvals.extend'
  | 'approvals.askAgain'
> {
  return {
    'approvals.decide': (input) => presenter.decide(input),
    'approvals.denyMany': (input) => presenter.denyMany(input),
    async 'approvals.copy'({ id }) {
      const text = presenter.copyText(id);
      if (text === null) return false;
      try {
        await clipboard.writeText(text);
        return true;
      } catch (error) {
        log.warn('clipboard.failed', { error: errorText(error) });
        return false;
      }
    },
    'approvals.extend': ({ id }) => presenter.extend(id),
    'approvals.askAgain': ({ id }) => presenter.askAgain(id),
  };
}
