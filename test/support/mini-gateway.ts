import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ConnectParams, connectParamsSchema } from '#protocol/gateway-connect.ts';
import {
  type GatewayError,
  type RequestFrame,
  requestFrameSchema,
} from '#protocol/gateway-frames.ts';
import { patienceMs } from './patience.ts';

export interface MiniGatewayOptions {
  readonly port?: number;
  readonly tickIntervalMs?: number;
  readonly maxPayload?: number;
  /** A refusal of this `connect`, or null for hello-ok. */
  readonly judge?: (params: ConnectParams, connection: MiniConnection) => GatewayError | null;
  /** Device token in every hello. */
  readonly deviceToken?: string;
  /** Sent in the same tick as hello-ok, before it. */
  readonly beforeHello?: (connection: MiniConnection) => void;
  /** Methods that the test answers by hand. */
  readonly unanswered?: readonly string[];
  /** Payloads of methods that are answered with more than `{ok: true}`. */
  readonly answers?: Readonly<Record<string, (params: unknown) => unknown>>;
  /** What its hello says it can do. */
  readonly methods?: readonly string[];
  /** False: the test says everything by hand, the challenge included. */
  readonly handshake?: boolean;
}

/** A Gateway of a hundred lines that does what a test tells it, over a real WebSocket. */
export interface MiniGateway {
  readonly url: string;
  readonly port: number;
  readonly connections: readonly MiniConnection[];
  /** The next connection that no earlier call returned, once its `connect` was answered. */
  nextConnection(): Promise<MiniConnection>;
  /** Closes every socket with this code and stops listening. */
  stop(code?: number): Promise<void>;
}

export interface MiniConnection {
  readonly ws: WebSocket;
  readonly nonce: string;
  /** Null until `connect` came. */
  readonly params: ConnectParams | null;
  readonly requests: readonly RequestFrame[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The next request of this method that no earlier call returned; it is answered `{ok: true}`. */
  nextRequest(method: string): Promise<RequestFrame>;
  send(frame: unknown): void;
  event(event: string, payload: unknown): void;
  invoke(command: string, params: unknown, extra?: object): string;
}

export async function startMiniGateway(options: MiniGatewayOptions = {}): Promise<MiniGateway> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: options.port ?? 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections: MiniConnection[] = [];
  const ready: MiniConnection[] = [];
  const changed = createSignal();
  server.on('connection', (ws) => {
    const connection = serve(ws, options, changed, () => ready.push(connection));
    connections.push(connection);
    changed.fire();
  });
  let taken = 0;
  const stop = async (code = 1012): Promise<void> => {
    for (const ws of server.clients) ws.close(code, 'service restart');
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    for (const ws of server.clients) ws.terminate();
    await stop();
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    connections,
    async nextConnection() {
      const index = taken++;
      return changed.until(() => ready[index], 'a connection');
    },
    stop,
  };
}

function serve(
  ws: WebSocket,
  options: MiniGatewayOptions,
  changed: Signal,
  onReady: () => void,
): MiniConnection {
  const nonce = crypto.randomUUID();
  const requests: RequestFrame[] = [];
  const taken = new Set<RequestFrame>();
  let params: ConnectParams | null = null;
  const send = (frame: unknown): void => {
    const asIs = typeof frame === 'string' || frame instanceof Uint8Array;
    if (ws.readyState === ws.OPEN) ws.send(asIs ? frame : JSON.stringify(frame));
  };
  const respond = (id: string, payload: unknown) => send({ type: 'res', id, ok: true, payload });
  const connection: MiniConnection = {
    ws,
    nonce,
    get params() {
      return params;
    },
    requests,
    closed: new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
    async nextRequest(method) {
      const wanted = () => requests.find((one) => one.method === method && !taken.has(one));
      const request = await changed.until(wanted, method);
      taken.add(request);
      return request;
    },
    send,
    event: (event, payload) => send({ type: 'event', event, payload }),
    invoke(command, invokeParams, extra = {}) {
      const id = crypto.randomUUID();
      const paramsJSON = invokeParams === undefined ? null : JSON.stringify(invokeParams);
      const nodeId = params?.device?.id;
      connection.event('node.invoke.request', { id, nodeId, command, paramsJSON, ...extra });
      return id;
    },
  };
  ws.on('error', () => {
    // Torn connections are part of the tests; `closed` tells.
  });
  ws.on('message', (data) => {
    const request = requestFrameSchema.parse(JSON.parse(String(data)));
    requests.push(request);
    if (request.method !== 'connect') {
      const { id, method } = request;
      const payload = options.answers?.[method]?.(request.params) ?? { ok: true };
      if (!options.unanswered?.includes(method)) respond(id, payload);
    } else if (options.handshake !== false) answerConnect(request);
    changed.fire();
  });
  const answerConnect = (request: RequestFrame): void => {
    params = connectParamsSchema.parse(request.params);
    const refusal = options.judge?.(params, connection) ?? null;
    if (refusal) {
      send({ type: 'res', id: request.id, ok: false, error: refusal });
      ws.close(1008, refusal.message);
      return;
    }
    options.beforeHello?.(connection);
    respond(request.id, helloOk(options, params));
    onReady();
  };
  if (options.handshake !== false) {
    connection.event('connect.challenge', { nonce, ts: Date.now() });
  }
  return connection;
}

/** The hello-ok of gateway §3.5, with what the test chose. */
function helloOk(options: MiniGatewayOptions, params: ConnectParams | null): object {
  return {
    type: 'hello-ok',
    protocol: 3,
    server: { version: 'mini', connId: 'c1' },
    features: { methods: [...(options.methods ?? [])], events: [] },
    snapshot: {},
    ...(options.deviceToken === undefined
      ? {}
      : {
          auth: {
            deviceToken: options.deviceToken,
            role: params?.role ?? 'operator',
            scopes: [],
            issuedAtMs: 1,
          },
        }),
    policy: {
      maxPayload: options.maxPayload ?? 524_288,
      maxBufferedBytes: 1_572_864,
      tickIntervalMs: options.tickIntervalMs ?? 30_000,
    },
  };
}

interface Signal {
  fire(): void;
  until<T>(look: () => T | undefined, what: string): Promise<T>;
}

function createSignal(): Signal {
  const waiting = new Set<() => void>();
  return {
    fire() {
      for (const check of [...waiting]) check();
    },
    until(look, what) {
      const trace = new Error(`no ${what} within ${patienceMs} ms`);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(trace);
        }, patienceMs);
        const check = () => {
          const found = look();
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
  };
}
