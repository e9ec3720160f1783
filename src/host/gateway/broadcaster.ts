import type { Broadcaster, Session } from './types.ts';

/** The broadcaster and its set of sessions, which only the Gateway changes. */
export interface BroadcasterHandle {
  readonly broadcaster: Broadcaster;
  readonly sessions: Set<Session>;
}

/** One counter for all events; numbers hidden from a client are gaps for it (gateway §2.1). */
export function createBroadcaster(): BroadcasterHandle {
  const sessions = new Set<Session>();
  let seq = 0;
  return {
    sessions,
    broadcaster: {
      sessions,
      broadcast(event, payload, options = {}) {
        const { to, dropIfSlow = false, stateVersion } = options;
        const text = JSON.stringify({ type: 'event', event, payload, seq: ++seq, stateVersion });
        for (const session of sessions) {
          if (!to || to(session)) session.send(text, { dropIfSlow });
        }
      },
      sendTo(session, event, payload) {
        session.send(JSON.stringify({ type: 'event', event, payload }));
      },
    },
  };
}
