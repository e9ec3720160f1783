import { messages } from '#core/messages.ts';
import type { AuditEntry, Clock, Ids, PeerCredentials } from '#core/ports.ts';
import { companionRow } from '#host/audit/companion-row.ts';
import type { PolicyEdit, PolicyPreview } from '#protocol/control-policy.ts';

/** The audit row of one applied change of policy (AP-16); secrets are redacted by the log itself. */
export function policyChangeRow(
  edit: PolicyEdit,
  { changes, widening, digest }: PolicyPreview,
  peer: PeerCredentials,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): AuditEntry {
  const reason = messages.cli.policy.audited(edit.kind);
  const agent = edit.kind === 'add' || edit.kind === 'set' ? edit.agentId : null;
  return companionRow({
    atMs: clock.now(),
    requestId: ids.uuid(),
    commandText: [...new Set([...changes, ...widening])].join('\n') || reason,
    agentId: agent,
    planDigest: digest,
    outcome: 'allowed',
    decision: null,
    decidedBy: 'person',
    surface: peer.pid === null ? 'control-socket' : `control-socket:pid ${peer.pid}`,
    reason,
  });
}
