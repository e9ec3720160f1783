import type { ApprovalDesk } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { Hasher } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';

/** A change of policy that somebody asks for from outside. */
interface PolicyChangeRequest {
  readonly before: ApprovalsDocument;
  readonly after: ApprovalsDocument;
  /** Who asks, as far as it is known; a claim. */
  readonly who: string | null;
}

/** True when a person agreed to everything that `after` allows beyond `before`. */
export type ConfirmWidening = (
  change: PolicyChangeRequest,
  signal: AbortSignal,
) => Promise<boolean>;

/** Ours, so a person may have it again; the caller's own deadline usually ends it sooner. */
const answerWithinMs = 120_000;

/**
 * Asks a person before policy gets wider, with every difference in words (S17). A change that only
 * narrows needs nobody. "Always" is not offered: there is no rule for changing rules.
 */
export function createConfirmWidening(deps: {
  readonly desk: ApprovalDesk;
  readonly hasher: Hasher;
}): ConfirmWidening {
  return async ({ before, after, who }, signal) => {
    const widening = describeWidening(before, after);
    if (widening.length === 0) return true;
    const ticket = deps.desk.ask(
      {
        kind: 'policy-change',
        subject: {
          commandText: widening.join('\n'),
          argv: null,
          cwd: null,
          executable: null,
          agentId: who,
          sessionKey: null,
          nodeId: null,
          host: null,
          security: null,
          ask: null,
          env: {},
          why: messages.prompt.whyPolicyChange,
          risks: [],
          always: [],
        },
        planDigest: deps.hasher.sha256Hex(JSON.stringify([before, after])),
        offered: ['allow-once', 'deny'],
        timeoutMs: answerWithinMs,
        extendable: true,
      },
      signal,
    );
    return (await ticket.outcome).kind === 'allowed';
  };
}
