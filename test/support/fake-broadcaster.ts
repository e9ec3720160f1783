import type { Broadcaster, BroadcastOptions, Session } from '#host/gateway/types.ts';
import type { ClientInfo, Role } from '#protocol/gateway-connect.ts';

export interface SentEvent {
  readonly event: string;
  readonly payload: unknown;
  readonly options: BroadcastOptions | undefined;
  /** Set for a targeted event. */
  readonly to: Session | null;
}

/** Keeps what was broadcast. */
export function createFakeBroadcaster(): Broadcaster & {
  readonly sent: readonly SentEvent[];
  named(event: string): SentEvent[];
} {
  const sent: SentEvent[] = [];
  return {
    sent,
    sessions: new Set(),
    named: (event) => sent.filter((one) => one.event === event),
    broadcast: (event, payload, options) => void sent.push({ event, payload, options, to: null }),
    sendTo: (to, event, payload) => void sent.push({ event, payload, options: undefined, to }),
  };
}

export interface FakeSessionOptions {
  readonly connId?: string;
  readonly role?: Role;
  readonly scopes?: readonly string[];
  readonly deviceId?: string | null;
  readonly remoteIp?: string | null;
  readonly local?: boolean;
  readonly client?: Partial<ClientInfo>;
}

let connections = 0;

/** A session that sends nowhere. */
export function createFakeSession(options: FakeSessionOptions = {}): Session {
  const { connId = `conn-${++connections}`, role = 'operator', scopes = [] } = options;
  const client: ClientInfo = {
    id: 'test',
    version: '1.0.0',
    platform: 'linux',
    mode: 'backend',
    ...options.client,
  };
  return {
    connId,
    role,
    scopes: new Set(scopes),
    client,
    connect: { minProtocol: 3, maxProtocol: 3, client, role, scopes: [...scopes] },
    deviceId: options.deviceId ?? null,
    remoteIp: options.remoteIp ?? null,
    local: options.local ?? true,
    connectedAtMs: 0,
    send: () => undefined,
    close: () => undefined,
  };
}
