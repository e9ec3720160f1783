import type { DecidedBy } from '#core/approvals/types.ts';
import type { PeerCredentials } from '#core/ports.ts';

/** Who answers through `control.sock`: what the system proves about the peer, and nothing it says. */
export function decider({ pid }: PeerCredentials): DecidedBy {
  return { surface: 'control-socket', who: pid === null ? null : `pid ${pid}` };
}
