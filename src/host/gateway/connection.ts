import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { errorText } from '#core/errors.ts';
import type { Clock, Ids, Logger } from '#core/ports.ts';
import type { DeviceToken } from '#protocol/gateway-devices.ts';
import { handshakeTimeoutMs, maxPayloadBytes } from '#protocol/gateway-frames.ts';
import { parseWireJson } from '#protocol/wire-json.ts';
import { createDispatcher, type DispatchDeps } from './dispatch.ts';
import {
  type AdmittedClient,
  type HandshakeDeps,
  type HandshakeResult,
  type PeerFacts,
  shakeHands,
} from './handshake.ts';
import { setPayloadLimit } from './payload-limit.ts';
import { closeWebSocket, createSession } from './session.ts';
import type { Session } from './types.ts';

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly handshake: HandshakeDeps;
  readonly dispatch: DispatchDeps;
  /** The hello-ok payload for a client that is about to get it. */
  hello(session: Session, grant: DeviceToken | null): unknown;
  /** Right after hello-ok was written. `holds`: see {@link AdmittedClient}. */
  opened(session: Session, holds: () => boolean): void;
  closed(session: Session): void;
}

/** A refusal can echo property names that a stranger chose. */
const maxLoggedText = 200;

/** Lives as long as one WebSocket: challenge, handshake, then requests until it closes. */
export function serveConnection(
  ws: WebSocket,
  socket: Duplex,
  facts: Omit<PeerFacts, 'nonce'>,
  proven: () => void,
  deps: ConnectionDeps,
): void {
  const { clock, ids, log } = deps;
  const peer: PeerFacts = { ...facts, nonce: ids.uuid() };
  const gone = new AbortController();
  let session: Session | null = null;
  let handle: (frame: unknown) => void = firstFrame;

  const cancelTimeout = clock.schedule(handshakeTimeoutMs, () => closeWebSocket(ws, 1000, ''));
  ws.on('message', (data, isBinary) => {
    // After we closed it, a client has nothing more to say.
    if (ws.readyState !== ws.OPEN) return;
    try {
      handle(decode(data, isBinary));
    } catch (error) {
      failed(error);
    }
  });
  ws.on('error', (error) => {
    // Oversize, bad UTF-8 or a torn socket: ws closes it with the right code by itself.
    log.debug('gateway.socket.error', { error: errorText(error) });
  });
  ws.on('close', () => {
    cancelTimeout();
    gone.abort();
    if (session) deps.closed(session);
  });
  const challenge = { nonce: peer.nonce, ts: clock.now() };
  ws.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: challenge }));

  /** A defect of ours ends this connection, not the process. */
  function failed(error: unknown): void {
    log.error('gateway.connection.failed', { error: errorText(error) });
    closeWebSocket(ws, 1011, 'internal error');
  }

  function firstFrame(frame: unknown): void {
    const result = shakeHands(frame, peer, deps.handshake);
    if (result instanceof Promise) {
      handle = () => closeWebSocket(ws, 1008, 'request before hello-ok');
      result.then(conclude).catch(failed);
    } else conclude(result);
  }

  function conclude(result: HandshakeResult): void {
    cancelTimeout();
    if (ws.readyState !== ws.OPEN) return;
    if (result.ok) {
      admit(result.requestId, result.client);
      return;
    }
    const { requestId, error, closeCode, closeReason } = result;
    if (error) {
      const message = error.message.slice(0, maxLoggedText);
      log.warn('gateway.connect.refused', { message, local: peer.local });
      ws.send(JSON.stringify({ type: 'res', id: requestId, ok: false, error }));
    }
    closeWebSocket(ws, closeCode, closeReason);
  }

  function admit(requestId: string, client: AdmittedClient): void {
    const opened = sessionOf(ws, socket, client, peer, deps);
    setPayloadLimit(ws, maxPayloadBytes);
    setMaxListeners(0, gone.signal);
    proven();
    const payload = deps.hello(opened, client.grant);
    opened.send(JSON.stringify({ type: 'res', id: requestId, ok: true, payload }));
    handle = createDispatcher(deps.dispatch, opened, gone.signal);
    session = opened;
    deps.opened(opened, client.holds);
  }
}

function sessionOf(
  ws: WebSocket,
  socket: Duplex,
  client: AdmittedClient,
  peer: PeerFacts,
  { clock, ids }: ConnectionDeps,
): Session {
  return createSession(ws, socket, {
    connId: ids.uuid(),
    role: client.role,
    scopes: new Set(client.scopes),
    client: client.connect.client,
    connect: client.connect,
    deviceId: client.deviceId,
    remoteIp: peer.remoteIp,
    local: peer.local,
    connectedAtMs: clock.now(),
  });
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON of one message, text or binary (gateway §1); undefined when it is none. */
function decode(data: WebSocket.RawData, isBinary: boolean): unknown {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    // ws has checked the UTF-8 of text messages already.
    return parseWireJson(isBinary ? strictUtf8.decode(data) : data.toString('utf8'));
  } catch {
    // Garbage is an answer of its own: the caller knows what it means at this point.
    return undefined;
  }
}
