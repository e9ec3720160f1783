import type { DeviceClaim } from '#core/gateway/pairing.ts';
import { mayDecideWith } from '#core/gateway/scopes.ts';
import type { Clock } from '#core/ports.ts';
import type { Descent } from '#host/sockets/ancestry.ts';
import type { TcpEnds } from '#host/sockets/tcp-descent.ts';
import {
  type ConnectParams,
  connectParamsSchema,
  type Role,
  roles,
} from '#protocol/gateway-connect.ts';
import type { DeviceToken } from '#protocol/gateway-devices.ts';
import {
  type GatewayError,
  gatewayProtocol,
  type RequestFrame,
  requestFrameSchema,
} from '#protocol/gateway-frames.ts';
import type { Authenticator, AuthVerdict } from './auth.ts';
import { checkDeviceProof } from './device-proof.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { problemList } from './params.ts';

/** What the transport knows about a socket before `connect`. */
export interface PeerFacts {
  /** Of this connection's challenge. */
  readonly nonce: string;
  /** Peer address of the socket, never a header. */
  readonly address: string;
  readonly local: boolean;
  /** Null for a peer on this machine. */
  readonly remoteIp: string | null;
  readonly ends: TcpEnds;
  /** The upgrade carried an Origin header (and it was a good one). */
  readonly hasOrigin: boolean;
}

/**
 * Where a peer on this machine comes from (D12).
 * @returns null, at once, while no process is alive that could come from a command of ours.
 */
export type DescentGate = (ends: TcpEnds) => Promise<Descent> | null;

export interface HandshakeDeps {
  readonly descent: DescentGate;
  readonly devices: DeviceRegistry;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
}

export type HandshakeResult =
  | {
      readonly ok: false;
      readonly requestId: string | null;
      /** Null: closes without an answer. */
      readonly error: GatewayError | null;
      readonly closeCode: number;
      readonly closeReason: string;
    }
  | { readonly ok: true; readonly requestId: string; readonly client: AdmittedClient };

export interface AdmittedClient {
  readonly connect: ConnectParams;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly deviceId: string | null;
  readonly grant: DeviceToken | null;
  /** See {@link AuthVerdict}. */
  readonly holds: () => boolean;
}

/** What let a client in. */
interface Proof {
  /** Null: no device. */
  readonly claim: DeviceClaim | null;
  readonly holds: () => boolean;
}

type Judgement = HandshakeResult | Promise<HandshakeResult>;

/**
 * Judges the first frame of a connection, in the order of gateway §3.2. Pairing happens in one turn:
 * two handshakes cannot interleave in it.
 * @param frame the decoded JSON; undefined when it was none.
 * @returns a promise only where somebody asks to decide while commands of ours are alive.
 */
export function shakeHands(frame: unknown, peer: PeerFacts, deps: HandshakeDeps): Judgement {
  if (frame === undefined) return silentClose(1000, '');
  const request = requestFrameSchema.safeParse(frame);
  if (!request.success) return silentClose(1008, 'invalid request frame');
  const { id, method } = request.data;
  if (method !== 'connect') {
    return refuse(id, invalid('invalid handshake: first request must be connect'));
  }
  return judgeConnect(request.data, peer, deps);
}

function judgeConnect(
  { id, params }: RequestFrame,
  peer: PeerFacts,
  deps: HandshakeDeps,
): Judgement {
  const parsed = connectParamsSchema.safeParse(params ?? {}, { reportInput: true });
  if (!parsed.success) {
    return refuse(id, invalid(`invalid connect params: ${problemList(parsed.error)}`));
  }
  const connect = parsed.data;
  if (connect.maxProtocol < gatewayProtocol || connect.minProtocol > gatewayProtocol) {
    const details = { expectedProtocol: gatewayProtocol };
    return refuse(id, { ...invalid('protocol mismatch'), details }, 1002);
  }
  const role = roles.find((known) => known === (connect.role ?? 'operator'));
  if (!role) return refuse(id, invalid('invalid role'));
  if (isBrowserClient(connect) && !peer.hasOrigin) return refuse(id, invalid(originText));

  const proof = proveDevice(connect, role, peer, deps);
  if ('code' in proof) return refuse(id, proof);
  const { claim, holds } = proof;
  if (!claim) return admit(id, { connect, role, scopes: [], deviceId: null, grant: null, holds });

  const pair = () =>
    holds() ? pairDevice(id, connect, { claim, holds }, peer, deps) : outdated(id);
  const descent = mayDecideWith(claim.scopes) ? deps.descent(peer.ends) : null;
  if (descent === null) return pair();
  return descent.then((from) => (from === 'outside' ? pair() : refuse(id, notFrom(from))));
}

function pairDevice(
  id: string,
  connect: ConnectParams,
  { claim, holds }: Proof & { readonly claim: DeviceClaim },
  peer: PeerFacts,
  { devices }: HandshakeDeps,
): HandshakeResult {
  const requestId = devices.admit(claim, peer.local);
  if (requestId !== null) {
    return refuse(id, { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId } });
  }
  const { role, scopes, deviceId } = claim;
  return admit(id, { connect, role, scopes, deviceId, grant: devices.grant(claim), holds });
}

/** While we looked where it comes from, its secret was replaced. */
function outdated(id: string): HandshakeResult {
  return refuse(id, invalid('unauthorized: gateway token mismatch (it was replaced)'));
}

/** Its own request must not be answered by a command, nor by what it leaves behind (D12). */
function notFrom(descent: Exclude<Descent, 'outside'>): GatewayError {
  const may = 'may not hold operator.approvals, operator.pairing or operator.admin';
  if (descent === 'descendant') {
    const message = `a command that this companion runs ${may}`;
    return { ...invalid(message), details: { code: 'OWN_COMMAND' } };
  }
  return {
    code: 'UNAVAILABLE',
    message: `a client that cannot be told from a running command ${may}`,
    details: { code: 'UNKNOWN_PROCESS' },
    retryable: true,
    retryAfterMs: 1_000,
  };
}

/**
 * Rows 8–14. Without a device only the shared secret lets anyone in, and then with no scope at all:
 * scopes belong to devices that a person can see and revoke (S22).
 */
function proveDevice(
  connect: ConnectParams,
  role: Role,
  peer: PeerFacts,
  { authenticator, clock }: HandshakeDeps,
): Proof | GatewayError {
  const { device, auth } = connect;
  if (!device) {
    if (!auth?.token && !auth?.password) {
      return { code: 'NOT_PAIRED', message: 'device identity required' };
    }
    return proofOf(null, authenticator.check(connect, peer.address, null));
  }
  const challenge = { nonce: peer.nonce, nowMs: clock.now() };
  const proof = checkDeviceProof(connect, device, challenge);
  if (!proof.ok) return invalid(proof.why);
  const claim: DeviceClaim = {
    deviceId: device.id,
    publicKey: proof.publicKey,
    displayName: connect.client.displayName ?? null,
    platform: connect.client.platform,
    clientId: connect.client.id,
    clientMode: connect.client.mode,
    role,
    // Missing or empty means none, never admin (decisions.md, Gateway); a node has none.
    scopes: role === 'node' ? [] : [...new Set(connect.scopes ?? [])],
    remoteIp: peer.remoteIp,
  };
  return proofOf(claim, authenticator.check(connect, peer.address, claim));
}

function proofOf(claim: DeviceClaim | null, verdict: AuthVerdict): Proof | GatewayError {
  return verdict.ok ? { claim, holds: verdict.holds } : verdict.error;
}

const originText =
  'origin not allowed (open the Control UI from the gateway host or allow it in ' +
  'gateway.controlUi.allowedOrigins)';

function isBrowserClient({ client }: ConnectParams): boolean {
  const { id, mode } = client;
  return id === 'openclaw-control-ui' || id === 'webchat-ui' || mode === 'webchat';
}

function invalid(message: string): GatewayError {
  return { code: 'INVALID_REQUEST', message };
}

function silentClose(closeCode: number, closeReason: string): HandshakeResult {
  return { ok: false, requestId: null, error: null, closeCode, closeReason };
}

function refuse(requestId: string, error: GatewayError, closeCode = 1008): HandshakeResult {
  return { ok: false, requestId, error, closeCode, closeReason: error.message };
}

function admit(requestId: string, client: AdmittedClient): HandshakeResult {
  return { ok: true, requestId, client };
}
