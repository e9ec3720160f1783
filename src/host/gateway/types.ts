import type { ClientInfo, ConnectParams, Role } from '#protocol/gateway-connect.ts';

/** One connected client after hello-ok. */
export interface Session {
  readonly connId: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
  readonly client: ClientInfo;
  readonly connect: ConnectParams;
  /** Proved by the handshake signature; null for shared-secret clients without a device. */
  readonly deviceId: string | null;
  readonly remoteIp: string | null;
  readonly local: boolean;
  readonly connectedAtMs: number;
  /** Sends one encoded frame. `dropIfSlow` frames are skipped for a slow consumer, others close it. */
  send(text: string, options?: { readonly dropIfSlow?: boolean }): void;
  close(code: number, reason: string): void;
}

/** Answers one method. Throws CompanionError for an error response; unknown errors leave as an id. */
export type MethodHandler = (params: unknown, call: MethodCall) => unknown;

export interface MethodCall {
  readonly session: Session;
  /** Aborted when the calling connection closes. */
  readonly signal: AbortSignal;
  /** Sends a first answer under the same request id; the handler's value is the final one. */
  readonly accept?: (payload: unknown) => void;
}

/** One area of the Gateway: its methods and what it does when clients come and go. */
export interface GatewayFeature {
  readonly methods: Readonly<Record<string, MethodHandler>>;
  readonly events?: readonly string[];
  /** Called right after hello-ok was written, so nothing can overtake it (gateway §3.5). */
  connected?(session: Session): void;
  disconnected?(session: Session): void;
  stop?(): void;
}

export interface BroadcastOptions {
  readonly dropIfSlow?: boolean;
  readonly to?: (session: Session) => boolean;
  readonly stateVersion?: { readonly presence: number; readonly health: number };
}

/** Event fan-out with the gateway-wide counter (gateway §2.1). Encodes once for all receivers. */
export interface Broadcaster {
  broadcast(event: string, payload: unknown, options?: BroadcastOptions): void;
  /** Targeted: carries no seq. */
  sendTo(session: Session, event: string, payload: unknown): void;
  readonly sessions: ReadonlySet<Session>;
}
