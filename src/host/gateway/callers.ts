import type { Session } from './types.ts';

/** Who a connection speaks for. Only what the handshake proved counts (S25). */

/** Scope of idempotency keys: the device over all its connections, else this one connection. */
export function idempotencyScope(session: Session): string {
  return session.deviceId ?? `conn:${session.connId}`;
}

/**
 * One answer to "is it the same client?" across connections. Clients without a device are all one:
 * nothing tells them apart, so none of them can vouch for another.
 */
export function clientIdentity(session: Session): string {
  return session.deviceId ?? 'shared-secret';
}

/** Name a client gives itself; for events, logs and people, never for a decision. */
export function clientName(session: Session): string {
  return session.client.displayName ?? session.client.id;
}
