import { claimedSubject } from '#core/approvals/claimed-subject.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import { febPromptLimitMs } from '#core/exec/prompt-limit.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import type { PromptFn } from '#host/sockets/exec-session.ts';
import { offeredDecisions } from '#host/sockets/offered-decisions.ts';

/**
 * Answers `request` messages of the exec socket: asks a person, runs nothing, stores nothing
 * (exec-ipc §1.7 A). Everything in it is the peer's own claim.
 */
export function createSocketPrompt(deps: {
  readonly desk: ApprovalDesk;
  readonly hasher: Hasher;
}): PromptFn {
  return async (message, signal) => {
    const { request } = message;
    const ticket = deps.desk.ask(
      {
        kind: 'socket-request',
        subject: claimedSubject(request, messages.prompt.whySocket),
        planDigest: deps.hasher.sha256Hex(JSON.stringify(request)),
        offered: offeredDecisions(message),
        timeoutMs: febPromptLimitMs,
      },
      signal,
    );
    const outcome = await ticket.outcome;
    if (outcome.kind === 'allowed') return outcome.decision;
    return outcome.kind === 'denied' ? 'deny' : null;
  };
}
