import { WebSocket } from 'ws';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Cancel, Clock, Ids, Logger } from '#core/ports.ts';
import {
  type ConnectParams,
  connectChallengeSchema,
  type HelloOk,
  helloOkSchema,
} from '#protocol/gateway-connect.ts';
import {
  type EventFrame,
  type GatewayError,
  handshakeTimeoutMs,
  type ResponseFrame,
  serverFrameSchema,
} from '#protocol/gateway-frames.ts';
import { parseWireJson } from '#protocol/wire-json.ts';
import { refusalText } from './link-handshake.ts';
import { createPendingRequests, type RequestOptions } from './pending-requests.ts';
import { startTickWatchdog, type TickWatchdog } from './tick-watchdog.ts';

/** Why one connection is over. */
export interface SocketEnding {
  readonly why: string;
  /** The Gateway's answer to `connect`, when that was the end. */
  readonly refusal: GatewayError | null;
}

export interface GatewaySocketDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Builds the signed `connect` for this connection's challenge. */
  readonly connect: (challenge: { nonce: string; signedAtMs: number }) => ConnectParams;
  readonly onHello: (hello: HelloOk) => void;
  /** Called in order, never before `onHello`. */
  readonly onEvent: (frame: EventFrame) => void;
  /** Called exactly once. */
  readonly onEnd: (ending: SocketEnding) => void;
}

/** Largest frame we accept; the real client's limit (gateway §1). */
const maxInboundBytes = 25 * 1024 * 1024;
/** Unsent bytes at which a peer that does not read is given up. */
const maxUnsentBytes = 64 * 1024 * 1024;
/** Events that may arrive before hello-ok (gateway §3.5, trap). */
const maxEarlyEvents = 256;
/** How long the peer may take to answer our close. */
const closePatienceMs = 500;
/** A peer that allows less than this is taken to allow this much. */
const leastMaxPayload = 4_096;

/** One WebSocket, from dialling to its end: handshake, requests, watchdog. Never rejects by itself. */
export class GatewaySocket {
  readonly #deps: GatewaySocketDeps;
  readonly #ws: WebSocket;
  readonly #pending;
  readonly #connectId: string;
  /** Resolves when the socket is gone for good. Never rejects. */
  readonly closed: Promise<void>;
  #early: EventFrame[] = [];
  #hello: HelloOk | null = null;
  #connectSent = false;
  #ended = false;
  #garbage = 0;
  #watchdog: TickWatchdog | null = null;
  readonly #cancelDeadline: Cancel;
  #cancelTermination: Cancel = () => undefined;

  constructor(url: string, deps: GatewaySocketDeps) {
    this.#deps = deps;
    this.#pending = createPendingRequests(deps.clock, deps.ids);
    this.#connectId = deps.ids.uuid();
    const ws = new WebSocket(url, { perMessageDeflate: false, maxPayload: maxInboundBytes });
    this.#ws = ws;
    ws.on('message', (data) => this.#receive(String(data)));
    ws.on('error', (error) => this.#end(failureText(error), 1008, ''));
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        this.#cancelTermination();
        this.#end(closeText(code, reason.toString()), 1000, '');
        resolve();
      });
    });
    this.#cancelDeadline = deps.clock.schedule(handshakeTimeoutMs, () =>
      this.#end(`no hello from the Gateway in ${handshakeTimeoutMs} ms`, 1008, 'connect failed'),
    );
  }

  /** @throws CompanionError see {@link createPendingRequests}; UNAVAILABLE when it is too large. */
  request(method: string, params: unknown, options: RequestOptions): Promise<unknown> {
    return this.#pending.add(method, options, (id) => {
      if (!this.#hello) throw unreachable('no hello from the Gateway yet');
      const text = JSON.stringify({ type: 'req', id, method, params });
      refuseOversize(text, Math.max(leastMaxPayload, this.#hello.policy.maxPayload));
      this.#send(text);
    });
  }

  end(code: number, reason: string): void {
    this.#end('closed by us', code, reason);
  }

  #send(text: string): void {
    if (this.#ended) throw unreachable('the connection is closed');
    this.#ws.send(text, (error) => {
      if (error) this.#end(failureText(error), 1000, '');
    });
    if (this.#ws.bufferedAmount > maxUnsentBytes) {
      this.#end('the Gateway does not read what we send', 1008, 'slow consumer');
    }
  }

  #receive(text: string): void {
    if (this.#ended) return;
    this.#watchdog?.heard();
    const frame = parseFrame(text);
    if (!frame) this.#ignore('not a frame');
    else if (frame.type === 'event') this.#onEvent(frame);
    else if (frame.id === this.#connectId) this.#onConnectResponse(frame);
    else if (!this.#pending.settle(frame)) this.#ignore('a response nobody waits for');
  }

  #onEvent(frame: EventFrame): void {
    if (frame.event === 'connect.challenge') this.#answerChallenge(frame.payload);
    else if (this.#hello) this.#deps.onEvent(frame);
    else if (this.#early.length < maxEarlyEvents) this.#early.push(frame);
    else this.#ignore('too many events before hello');
  }

  #answerChallenge(payload: unknown): void {
    const challenge = connectChallengeSchema.safeParse(payload);
    if (this.#connectSent || !challenge.success || challenge.data.nonce === '') {
      this.#ignore('a challenge out of place');
      return;
    }
    const { nonce, ts } = challenge.data;
    // The Gateway's own time, when it makes sense: newer ones refuse a drifting clock (gateway §3.4).
    const signedAtMs = Number.isSafeInteger(ts) && ts > 0 ? ts : this.#deps.clock.now();
    const params = this.#deps.connect({ nonce, signedAtMs });
    this.#connectSent = true;
    this.#send(JSON.stringify({ type: 'req', id: this.#connectId, method: 'connect', params }));
  }

  #onConnectResponse(frame: ResponseFrame): void {
    if (!this.#connectSent || this.#hello) {
      this.#ignore('a second hello');
      return;
    }
    const hello = helloOkSchema.safeParse(frame.payload);
    if (frame.ok && hello.success) {
      this.#onHello(hello.data);
    } else if (frame.ok) {
      this.#end('the Gateway sent a hello we cannot read', 1008, 'connect failed');
    } else {
      const refusal = frame.error ?? { code: 'UNAVAILABLE', message: 'refused without a reason' };
      this.#end(refusalText(refusal), 1008, 'connect failed', refusal);
    }
  }

  #onHello(hello: HelloOk): void {
    this.#cancelDeadline();
    this.#hello = hello;
    this.#watchdog = startTickWatchdog(this.#deps.clock, 2 * hello.policy.tickIntervalMs, () =>
      this.#end('the Gateway fell silent', 4000, 'tick timeout'),
    );
    this.#deps.onHello(hello);
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.#deps.onEvent(event);
  }

  #ignore(what: string): void {
    this.#garbage += 1;
    // The first one is worth a line; a flood of them is not.
    if (this.#garbage === 1) this.#deps.log.warn('gateway.link.ignored', { what });
  }

  #end(why: string, code: number, reason: string, refusal: GatewayError | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelDeadline();
    this.#watchdog?.stop();
    this.#early = [];
    if (this.#ws.readyState !== WebSocket.CLOSED) {
      this.#cancelTermination = this.#deps.clock.schedule(closePatienceMs, () =>
        this.#ws.terminate(),
      );
      this.#ws.close(code, reason);
    }
    this.#pending.failAll(unreachable(why));
    this.#deps.onEnd({ why, refusal });
  }
}

function parseFrame(text: string): ResponseFrame | EventFrame | null {
  // Garbage of a server is counted by the caller; its content is nobody's business.
  return serverFrameSchema.safeParse(parseWireJson(text)).data ?? null;
}

function refuseOversize(text: string, limit: number): void {
  // A UTF-16 unit is at most three bytes: only text that could be too long is measured.
  if (text.length * 3 <= limit) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= limit) return;
  throw new CompanionError(
    'UNAVAILABLE',
    `PAYLOAD_TOO_LARGE: ${bytes} bytes, the Gateway accepts ${limit}`,
    { details: { code: 'PAYLOAD_TOO_LARGE', bytes, limit } },
  );
}

function unreachable(why: string): CompanionError {
  return new CompanionError('UNREACHABLE', `not connected to the Gateway: ${why}`);
}

function failureText(error: Error & { readonly code?: string }): string {
  return errorText(error) || error.code || 'connection failed';
}

function closeText(code: number, reason: string): string {
  if (code === 1012) return 'the Gateway is restarting';
  if (code === 1006) return 'the connection was lost';
  const said = reason.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return `the Gateway closed the connection (${code}${said === '' ? '' : ` ${said}`})`;
}
