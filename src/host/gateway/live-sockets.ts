import type { WebSocket } from 'ws';
import { closeWebSocket } from './session.ts';

/** Every open WebSocket, connected or not, so that stopping leaves none behind. */
export interface LiveSockets {
  /** @returns false when we are stopping: then the socket is cut off. */
  add(ws: WebSocket): boolean;
  /** Resolves when all are gone; ws cuts off who does not answer the close frame. */
  closeAll(code: number, reason: string): Promise<void>;
}

export function createLiveSockets(): LiveSockets {
  const open = new Set<WebSocket>();
  let stopping = false;
  return {
    add(ws) {
      if (stopping) {
        ws.terminate();
        return false;
      }
      open.add(ws);
      ws.once('close', () => open.delete(ws));
      return true;
    },
    async closeAll(code, reason) {
      stopping = true;
      const gone = [...open].map(
        (ws) => new Promise<void>((resolve) => ws.once('close', () => resolve())),
      );
      for (const ws of open) closeWebSocket(ws, code, reason);
      await Promise.all(gone);
    },
  };
}
