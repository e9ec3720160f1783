import type { StandstillChange } from '#core/approvals/standstill.ts';
import type { DecidedBy } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import type { AuditEntry, AuditLog, Ids } from '#core/ports.ts';
import { byPerson } from '../exec/rulings.ts';
import { companionRow } from './companion-row.ts';

/**
 * One row when somebody makes everything stand still, and one when somebody ends that. What was
 * pending has rows of its own, and so has everything that is refused meanwhile.
 */
export function createStandstillAudit(deps: {
  readonly audit: AuditLog;
  readonly ids: Ids;
}): (change: StandstillChange) => void {
  return (change) => deps.audit.record(row(change, deps.ids.uuid()));
}

function row({ kind, standstill, by, atMs }: StandstillChange, requestId: string): AuditEntry {
  const begun = kind === 'begun';
  const { sinceMs, untilMs } = standstill;
  const lengthMs = untilMs === null ? null : untilMs - sinceMs;
  const end = untilMs === null ? 'a person ends it' : new Date(untilMs).toISOString();
  return companionRow({
    atMs,
    requestId,
    commandText: begun ? messages.standstill.begun(lengthMs) : messages.standstill.ended,
    agentId: null,
    planDigest: null,
    outcome: begun ? 'denied' : 'cancelled',
    decision: begun ? 'deny' : null,
    ...deciderOf(by),
    reason: begun ? `everything paused until ${end}` : 'everything resumed',
  });
}

/** That a file cannot be read is nobody's decision. */
function deciderOf(by: DecidedBy): Pick<AuditEntry, 'decidedBy' | 'surface'> {
  return by.surface === 'companion' ? { decidedBy: 'policy', surface: by.surface } : byPerson(by);
}
