import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { ClientInfo, ConnectParams, Role } from '#protocol/gateway-connect.ts';
import { maxBufferedBytes } from '#protocol/gateway-frames.ts';
import type { Session } from './types.ts';
import { createWriteBatch } from './write-batch.ts';

/** Longest close reason; WebSocket allows 123 bytes (gateway §3.2 row 4). */
const maxReasonBytes = 120;

/** What the handshake proved about a client. */
export interface SessionFacts {
  readonly connId: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
  readonly client: ClientInfo;
  readonly connect: ConnectParams;
  readonly deviceId: string | null;
  readonly remoteIp: string | null;
  readonly local: boolean;
  readonly connectedAtMs: number;
}

/** @param socket what `ws` writes to. */
export function createSession(ws: WebSocket, socket: Duplex, facts: SessionFacts): Session {
  const batch = createWriteBatch(socket);
  return {
    ...facts,
    send(text, options) {
      if (ws.readyState !== WebSocket.OPEN) return;
      if (ws.bufferedAmount <= maxBufferedBytes) {
        batch();
        ws.send(text);
      } else if (!options?.dropIfSlow) closeWebSocket(ws, 1008, 'slow consumer');
    },
    close: (code, reason) => closeWebSocket(ws, code, reason),
  };
}

/** Closes with a reason cut to what fits; nothing received afterwards counts. */
export function closeWebSocket(ws: WebSocket, code: number, reason: string): void {
  if (ws.readyState === WebSocket.OPEN) ws.close(code, cutToBytes(reason, maxReasonBytes));
}

function cutToBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return text;
  let end = max;
  // Never in the middle of a character: continuation bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
