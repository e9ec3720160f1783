import type { Clock, Logger } from '#core/ports.ts';
import type { ApprovalOutcome, PendingApproval } from './types.ts';

/** The log lines of the approval queue: no command text, which may hold secrets. */
export interface Journal {
  asked(approval: PendingApproval): void;
  refused(approval: PendingApproval, outcome: ApprovalOutcome): void;
  /** A person gave it more time. */
  extended(approval: PendingApproval): void;
  settled(approval: PendingApproval, outcome: ApprovalOutcome): void;
}

export function createJournal({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Logger;
}): Journal {
  return {
    asked({ id, kind, subject, count }) {
      log.info('approval.asked', { id, kind, agentId: subject.agentId, count });
    },
    refused({ id, subject }, outcome) {
      const why = outcome.kind === 'cancelled' ? outcome.why : outcome.kind;
      log.warn('approval.refused', { id, agentId: subject.agentId, why });
    },
    extended({ id, expiresAtMs }) {
      log.info('approval.extended', { id, expiresAtMs });
    },
    settled({ id, createdAtMs }, outcome) {
      log.info('approval.settled', {
        id,
        outcome: outcome.kind,
        by: 'by' in outcome ? outcome.by.surface : undefined,
        why: 'why' in outcome ? outcome.why : undefined,
        waitedMs: clock.now() - createdAtMs,
      });
    },
  };
}
