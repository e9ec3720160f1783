import type { DecidedBy } from '#core/approvals/types.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import type { PairingAnswer, PairingRequest } from '#core/pairing/types.ts';
import type { AuditEntry } from '#core/ports.ts';
import { byPerson } from '../exec/rulings.ts';
import { companionRow } from './companion-row.ts';

/** Who did it and when; `requestId` names the row. */
export interface Deed {
  readonly by: DecidedBy;
  readonly atMs: number;
  readonly requestId: string;
}

interface What {
  readonly text: string;
  readonly outcome: 'allowed' | 'denied';
  readonly reason: string;
}

function row({ by, atMs, requestId }: Deed, { text, outcome, reason }: What): AuditEntry {
  return companionRow({
    atMs,
    requestId,
    commandText: text,
    agentId: null,
    planDigest: null,
    outcome,
    decision: null,
    ...byPerson(by),
    reason,
  });
}

/** A person let somebody in, or turned them away. */
export function pairingRow(
  request: PairingRequest,
  decision: PairingAnswer['decision'],
  reason: string,
  deed: Deed,
): AuditEntry {
  const text = pairingMessages.audit[decision](request);
  return row(deed, { text, outcome: decision === 'approve' ? 'allowed' : 'denied', reason });
}

/** A person took a device's token away. */
export function revocationRow(deviceId: string, role: string, deed: Deed): AuditEntry {
  const { revoke, confirmed } = pairingMessages.audit;
  return row(deed, { text: revoke(deviceId, role), outcome: 'denied', reason: confirmed });
}

/** A person took a node's pairing away. */
export function nodeRemovalRow(nodeId: string, deed: Deed): AuditEntry {
  const { removeNode, confirmed } = pairingMessages.audit;
  return row(deed, { text: removeNode(nodeId), outcome: 'denied', reason: confirmed });
}

/** A person replaced the shared secret; neither token is in the row (IP-08). */
export function newTokenRow(deed: Deed): AuditEntry {
  const { rotate } = pairingMessages.audit;
  return row(deed, { text: rotate, outcome: 'allowed', reason: 'only the new one lets anyone in' });
}
