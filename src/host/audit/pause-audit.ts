import type { PauseChange } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import type { AuditEntry, AuditLog, Ids } from '#core/ports.ts';
import { byPerson } from '../exec/rulings.ts';
import { companionRow } from './companion-row.ts';

/**
 * One row when a person pauses an agent, and one when a person ends the pause. What was pending has
 * rows of its own, and so has everything that is refused meanwhile.
 */
export function createPauseAudit(deps: {
  readonly audit: AuditLog;
  readonly ids: Ids;
}): (change: PauseChange) => void {
  return (change) => deps.audit.record(row(change, deps.ids.uuid()));
}

function row({ kind, pause, by, atMs }: PauseChange, requestId: string): AuditEntry {
  const paused = kind === 'paused';
  const { agent, sinceMs, untilMs } = pause;
  return companionRow({
    atMs,
    requestId,
    commandText: paused
      ? messages.pause.begun(agent, untilMs - sinceMs)
      : messages.pause.ended(agent),
    agentId: agent,
    planDigest: null,
    outcome: paused ? 'denied' : 'cancelled',
    decision: paused ? 'deny' : null,
    ...byPerson(by),
    reason: paused ? `paused until ${new Date(untilMs).toISOString()}` : 'resumed',
  });
}
