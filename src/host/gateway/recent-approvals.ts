import type { ApprovalOutcome, PendingApproval } from '#core/approvals/types.ts';
import type { Clock } from '#core/ports.ts';
import type { ExecApprovalDecision } from '#protocol/gateway-approvals.ts';
import { decisionOf, wireExpiry } from './approval-events.ts';

/** Questions that are over, for repeated and late answers. */
export interface RecentApprovals {
  add(id: string, approval: RecentApproval): void;
  get(id: string): RecentApproval | null;
  /** No id can be remembered any more, so none that a client chose may be used (S24). */
  readonly full: boolean;
}

export interface RecentApproval {
  readonly outcome: ApprovalOutcome;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

const keepMs = 5 * 60_000;
const maxKept = 16_384;

export function createRecentApprovals(clock: Clock): RecentApprovals {
  const kept = new Map<string, RecentApproval & { readonly untilMs: number }>();
  const isFull = (): boolean => {
    for (const [oldest, entry] of kept) {
      if (entry.untilMs > clock.now()) break;
      kept.delete(oldest);
    }
    return kept.size >= maxKept;
  };
  return {
    add(id, approval) {
      kept.delete(id);
      // One more would push out another id, which could then name another question.
      if (!isFull()) kept.set(id, { ...approval, untilMs: clock.now() + keepMs });
    },
    get full() {
      return isFull();
    },
    get(id) {
      const entry = kept.get(id);
      return entry && entry.untilMs > clock.now() ? entry : null;
    },
  };
}

/** What is kept of a question that is over. */
export function recentApproval(
  approval: PendingApproval,
  outcome: ApprovalOutcome,
): RecentApproval {
  return { outcome, createdAtMs: approval.createdAtMs, expiresAtMs: wireExpiry(approval) };
}

/** Answer to whoever asked. */
export function decisionPayload(id: string, approval: RecentApproval): ExecApprovalDecision {
  const { outcome, createdAtMs, expiresAtMs } = approval;
  return { id, decision: decisionOf(outcome), createdAtMs, expiresAtMs };
}

/** Why nobody decided, so that an agent does not take it for a person's deny (S34). */
export function terminalReason(outcome: ApprovalOutcome): { readonly terminalReason?: string } {
  if (outcome.kind === 'expired') return { terminalReason: 'expired' };
  return outcome.kind === 'cancelled' ? { terminalReason: outcome.why } : {};
}
