import type { Clock, Ids } from '#core/ports.ts';
import { type ConversationOutcome, challenge, type ProvedConnection } from './exec-conversation.ts';
import { type LineClient, openLineClient } from './line-client.ts';

/** How long a companion may take to prove itself; it asks nobody for that. */
const challengeMs = 5_000;
/** Well within the 15 s after which the companion hangs up on silence (exec-ipc §1.5). */
const readyMs = 10_000;

/** Whom a connection was opened for: the socket that was checked, and the token it has to know. */
interface Peer {
  readonly identity: string;
  readonly token: string;
}

/** A connection on its way to its proof. */
interface OpenedConnection {
  readonly client: LineClient;
  readonly proof: Promise<ProvedConnection | ConversationOutcome>;
}

/**
 * Connections to a companion that speaks D13. One is kept ready after each command, so that the
 * next, which mostly follows soon, does not wait for the connecting and the proof.
 */
export interface ProvedConnections {
  open(peer: Peer): OpenedConnection;
  /** The one kept ready, or null; it is never given out twice. */
  take(peer: Peer): OpenedConnection | null;
  /** A failure is silent: the next request meets it itself. */
  prepare(peer: Peer): void;
}

interface Ready extends OpenedConnection {
  readonly peer: Peer;
  readonly untilMs: number;
}

export function createProvedConnections(deps: {
  readonly socketPath: string;
  readonly ids: Ids;
  readonly clock: Clock;
}): ProvedConnections {
  const { clock, ids } = deps;
  let ready: Ready | null = null;

  const open = ({ token }: Peer): OpenedConnection => {
    const client = openLineClient(deps.socketPath);
    const cancel = clock.schedule(challengeMs, () =>
      client.destroy('did not prove itself in time'),
    );
    return { client, proof: challenge(client, token, ids).finally(cancel) };
  };

  const isUsable = (kept: Ready, { identity, token }: Peer): boolean =>
    kept.peer.identity === identity &&
    kept.peer.token === token &&
    kept.client.isOpen &&
    clock.now() < kept.untilMs;

  const replace = (peer: Peer): void => {
    if (ready !== null && isUsable(ready, peer)) return;
    ready?.client.destroy('is not needed');
    ready = { ...open(peer), peer, untilMs: clock.now() + readyMs };
    ready.client.keepAlive(false);
  };

  return {
    open,
    take(peer) {
      const kept = ready;
      ready = null;
      if (kept === null || !isUsable(kept, peer)) {
        kept?.client.destroy('is not needed');
        return null;
      }
      kept.client.keepAlive(true);
      return kept;
    },
    // The answer that was just received goes on its way first.
    prepare: (peer) => void setImmediate(() => replace(peer)),
  };
}
