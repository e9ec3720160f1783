import { type AskAgain, sessionToTell } from '#core/approvals/ask-again.ts';
import { errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Logger } from '#core/ports.ts';
import { execEventParams } from './exec-events.ts';
import type { GatewayLink } from './types.ts';

export interface AskAgainDeps {
  /** The node's connection; null where the Gateway has no sessions that could hear it. */
  readonly link: Pick<GatewayLink, 'state' | 'request'> | null;
  /** Lets an agent ask that had to wait because nobody answered it. */
  readonly welcome: (agentId: string | null) => void;
  readonly log: Logger;
}

/** A person waits for the answer to a click. */
const tellWithinMs = 5_000;

/**
 * Tells the session with the event that it already knows (exec-ipc §6.4): the refusal, once more,
 * with a reason that says what has changed. Gateways hand that to the agent as a note.
 */
export function createAskAgain({ link, welcome, log }: AskAgainDeps): AskAgain {
  return async (question) => {
    const { id, subject } = question;
    welcome(subject.agentId);
    const sessionKey = sessionToTell(question);
    if (sessionKey === null || link?.state.kind !== 'connected') return false;
    const run = { runId: id, sessionKey, command: subject.commandText };
    const params = execEventParams('exec.denied', run, { reason: messages.askAgain.toAgent });
    try {
      await link.request('node.event', params, { timeoutMs: tellWithinMs });
      log.info('approval.ask-again', { id, agentId: subject.agentId });
      return true;
    } catch (error) {
      log.warn('approval.ask-again.untold', { id, error: errorText(error) });
      return false;
    }
  };
}
