import type { DecidedBy } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import type { AuditEntry, Clock, Ids } from '#core/ports.ts';
import type { PolicyEdit, PolicyPreview } from '#protocol/control-policy.ts';
import { companionRow } from '../audit/companion-row.ts';
import { byPerson } from '../exec/rulings.ts';

/** An edit that was written, or one that was taken back. */
export type PolicyDeed = PolicyEdit | { readonly kind: 'undo' };

/** The audit row of one change of policy (AP-16); secrets are redacted by the log itself. */
export function policyChangeRow(
  deed: PolicyDeed,
  { changes, widening, digest }: Omit<PolicyPreview, 'baseHash'>,
  by: DecidedBy,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): AuditEntry {
  const reason = messages.cli.policy.audited(deed.kind, by.surface);
  return companionRow({
    atMs: clock.now(),
    requestId: ids.uuid(),
    commandText: [...new Set([...changes, ...widening])].join('\n') || reason,
    agentId: 'agentId' in deed ? (deed.agentId ?? null) : null,
    planDigest: digest,
    outcome: 'allowed',
    decision: null,
    ...byPerson(by),
    reason,
  });
}
