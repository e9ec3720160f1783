import type { Socket } from 'node:net';

/** Sockets that have not authenticated yet, at most this many (S26). */
export const maxUnprovenSockets = 64;

/**
 * Bounds the sockets of strangers. The newest always gets in and the oldest is cut off, so a crowd
 * of idle sockets cannot keep a client out that connects and authenticates at once.
 */
export interface UnprovenSockets {
  add(socket: Socket): void;
  /** It authenticated: no longer counted. */
  remove(socket: Socket): void;
}

export function createUnprovenSockets(): UnprovenSockets {
  const waiting = new Set<Socket>();
  return {
    add(socket) {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      for (const oldest of waiting) {
        if (waiting.size <= maxUnprovenSockets) break;
        waiting.delete(oldest);
        oldest.destroy();
      }
    },
    remove(socket) {
      waiting.delete(socket);
    },
  };
}
