import type {
  Broadcaster,
  GatewayFeature,
  MethodCall,
  MethodHandler,
  Session,
} from '#host/gateway/types.ts';
import type { ClientInfo, ConnectParams, Role } from '#protocol/gateway-connect.ts';

/** Stands in for the Gateway's transport, so that features are tested frame by frame. */

interface SentEvent {
  readonly event: string;
  readonly payload: unknown;
}

export interface FakeSession extends Session {
  /** Events this client got, in order, broadcasts included. */
  readonly events: readonly SentEvent[];
  /** Payloads of one event, in order. */
  of(event: string): readonly unknown[];
}

export interface FakeSessionOptions {
  readonly role?: Role;
  readonly scopes?: readonly string[];
  readonly deviceId?: string | null;
  readonly client?: Partial<ClientInfo>;
  readonly connect?: Partial<ConnectParams>;
  readonly remoteIp?: string;
  readonly connectedAtMs?: number;
}

let connections = 0;

export function createFakeSession(options: FakeSessionOptions = {}): FakeSession {
  const role = options.role ?? 'operator';
  const client: ClientInfo = {
    id: 'test',
    version: '0.0.1',
    platform: 'linux',
    mode: role === 'node' ? 'node' : 'test',
    ...options.client,
  };
  const connId = `conn-${++connections}`;
  const events: SentEvent[] = [];
  return {
    connId,
    role,
    scopes: new Set(options.scopes ?? []),
    client,
    connect: { minProtocol: 3, maxProtocol: 3, client, role, ...options.connect },
    deviceId: options.deviceId === undefined ? `device-of-${connId}` : options.deviceId,
    remoteIp: options.remoteIp ?? null,
    local: options.remoteIp === undefined,
    connectedAtMs: options.connectedAtMs ?? 0,
    events,
    of: (event) => events.filter((one) => one.event === event).map((one) => one.payload),
    send(text) {
      const { event, payload } = JSON.parse(text) as SentEvent;
      events.push({ event, payload });
    },
    close() {
      // Nothing to close: tests call `disconnect`.
    },
  };
}

export interface FakeGateway {
  readonly broadcaster: Broadcaster;
  /** Installs the features under test. */
  use(...features: readonly GatewayFeature[]): void;
  connect(options?: FakeSessionOptions): FakeSession;
  disconnect(session: FakeSession): void;
  /** Calls a method as this client; rejects with what the handler throws. */
  call(session: FakeSession, method: string, params?: unknown): Promise<unknown>;
  /** First answers (`accept`) that handlers gave, in order. */
  readonly accepted: readonly unknown[];
}

export function createFakeGateway(): FakeGateway {
  const sessions = new Set<Session>();
  const gone = new Map<Session, AbortController>();
  const accepted: unknown[] = [];
  let features: readonly GatewayFeature[] = [];
  let seq = 0;
  const broadcaster: Broadcaster = {
    sessions,
    broadcast(event, payload, options = {}) {
      const text = JSON.stringify({ type: 'event', event, payload, seq: ++seq });
      for (const one of sessions) if (options.to?.(one) ?? true) one.send(text);
    },
    sendTo(session, event, payload) {
      session.send(JSON.stringify({ type: 'event', event, payload }));
    },
  };
  const handlerOf = (method: string): MethodHandler => {
    const handler = features.map((one) => one.methods[method]).find((one) => one !== undefined);
    if (!handler) throw new Error(`no feature serves ${method}`);
    return handler;
  };
  return {
    broadcaster,
    accepted,
    use(...all) {
      features = all;
    },
    connect(options) {
      const session = createFakeSession(options);
      sessions.add(session);
      gone.set(session, new AbortController());
      for (const feature of features) feature.connected?.(session);
      return session;
    },
    disconnect(session) {
      sessions.delete(session);
      gone.get(session)?.abort();
      for (const feature of features) feature.disconnected?.(session);
    },
    async call(session, method, params = {}) {
      const signal = gone.get(session)?.signal ?? AbortSignal.abort();
      const call: MethodCall = { session, signal, accept: (payload) => accepted.push(payload) };
      return await handlerOf(method)(params, call);
    },
  };
}
