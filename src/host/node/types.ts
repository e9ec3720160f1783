import type { ClientInfo, HelloOk, Role } from '#protocol/gateway-connect.ts';
import type { EventFrame } from '#protocol/gateway-frames.ts';

/** An Ed25519 device identity (gateway §3.4). The private key never leaves its object. */
export interface DeviceIdentity {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** Raw 32 bytes, base64url without padding. */
  readonly publicKey: string;
  /** Ed25519 signature of the UTF-8 text, base64url. */
  sign(text: string): string;
}

/** What a node offers; a change re-advertises by reconnecting (node-commands §1.6). */
export interface Advertisement {
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions: Readonly<Record<string, boolean>>;
}

/** What a Gateway may ask for; empty when nothing is known. */
export interface SharedSecret {
  readonly token?: string;
  readonly password?: string;
}

export interface GatewayLinkOptions {
  readonly url: string;
  readonly identity: DeviceIdentity;
  readonly client: ClientInfo;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly advertisement: Advertisement;
  /** Sent as `pathEnv` by headless node hosts (node-host §3). */
  readonly pathEnv?: string;
  /** Shared secret, read again at every attempt so that a rotated one is picked up. */
  readonly credentials: () => SharedSecret | Promise<SharedSecret>;
}

/** Why a link is down and when it tries again; for `status` and for people. */
export type LinkState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'connected'; readonly hello: HelloOk }
  | { readonly kind: 'waiting'; readonly retryInMs: number; readonly why: string }
  | { readonly kind: 'stopped' };

/** One WebSocket to a Gateway that keeps itself connected: backoff 0.5 s → 30 s, tick watchdog. */
export interface GatewayLink {
  readonly state: LinkState;
  start(): void;
  /** Tries again at once instead of after its pause, for example when the computer woke up. */
  redial(): void;
  stop(): Promise<void>;
  /** @throws CompanionError carrying the peer's code, message and details; TIMEOUT; UNREACHABLE. */
  request(
    method: string,
    params: unknown,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<unknown>;
  onEvent(listener: (frame: EventFrame) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
  /** Resolves at the next (or current) connection. */
  connected(signal?: AbortSignal): Promise<HelloOk>;
  advertise(advertisement: Advertisement): void;
}

/**
 * Handles one command of a node.
 * @param params decoded `paramsJSON`; undefined when there was none.
 * @returns the result, sent as `payloadJSON`; undefined sends none.
 * @throws CompanionError whose code and message become the node error.
 */
export type NodeCommandHandler = (params: unknown, invocation: NodeInvocation) => Promise<unknown>;

export interface NodeInvocation {
  readonly id: string;
  readonly command: string;
  /** Ms the caller waits; null when it named none (the Gateway then waits 30 s). */
  readonly timeoutMs: number | null;
  /** Aborted when the connection is lost or the time is over. */
  readonly signal: AbortSignal;
}
