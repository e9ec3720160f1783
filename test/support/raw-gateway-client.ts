import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { DeviceIdentity } from '#host/node/types.ts';
import {
  type ClientInfo,
  type ConnectParams,
  devicePayload,
  type HelloOk,
  helloOkSchema,
  type SignatureVersion,
} from '#protocol/gateway-connect.ts';
import {
  type EventFrame,
  type ResponseFrame,
  serverFrameSchema,
} from '#protocol/gateway-frames.ts';
import { patienceMs } from './patience.ts';

interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket client that does nothing by itself: every frame is the test's. */
export interface RawGatewayClient {
  readonly ws: WebSocket;
  /** Every frame received, in order. */
  readonly frames: readonly (ResponseFrame | EventFrame)[];
  /** Sends a value as JSON; a string or buffer as it is. */
  send(frame: unknown): void;
  /** Sends a request and resolves with its response, ok or not. */
  request(method: string, params?: unknown, id?: string): Promise<ResponseFrame>;
  /** Resolves with the response to a request the test sent by hand. */
  response(id: string): Promise<ResponseFrame>;
  /** The next event of this name that no earlier call took; also one that already came. */
  nextEvent(name: string): Promise<EventFrame>;
  readonly closed: Promise<CloseInfo>;
  close(): void;
}

/** Opens a socket and resolves once it is open; rejects when the upgrade is refused. */
export async function openRaw(
  url: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly patienceMs?: number;
  } = {},
): Promise<RawGatewayClient> {
  const ws = new WebSocket(url, {
    headers: { ...options.headers },
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  const client = createRawClient(ws, options.patienceMs ?? patienceMs);
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  return client;
}

function createRawClient(ws: WebSocket, patienceMs: number): RawGatewayClient {
  const frames: (ResponseFrame | EventFrame)[] = [];
  const taken = new Set<ResponseFrame | EventFrame>();
  const waiting = new Set<() => void>();
  let ids = 0;

  ws.on('message', (data) => {
    frames.push(serverFrameSchema.parse(JSON.parse(String(data))));
    for (const check of [...waiting]) check();
  });
  ws.on('error', () => {
    // A refused or torn connection: tests look at `closed`.
  });
  const closed = new Promise<CloseInfo>((resolve) => {
    ws.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      for (const check of [...waiting]) check();
    });
  });
  onTestFinished(() => ws.terminate());

  const take = <T extends ResponseFrame | EventFrame>(
    what: string,
    wanted: (frame: ResponseFrame | EventFrame) => frame is T,
  ): Promise<T> => {
    const trace = new Error(`no ${what} within ${patienceMs} ms`);
    return new Promise<T>((resolve, reject) => {
      const done = (finish: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        finish();
      };
      const check = () => {
        const frame = frames.filter((one) => !taken.has(one)).find(wanted);
        if (frame) {
          taken.add(frame);
          done(() => resolve(frame));
        } else if (ws.readyState === WebSocket.CLOSED) {
          trace.message = `connection closed before ${what}`;
          done(() => reject(trace));
        }
      };
      const timer = setTimeout(() => done(() => reject(trace)), patienceMs);
      waiting.add(check);
      check();
    });
  };

  const client: RawGatewayClient = {
    ws,
    frames,
    closed,
    send(frame) {
      const asIs = typeof frame === 'string' || frame instanceof Uint8Array;
      ws.send(asIs ? frame : JSON.stringify(frame));
    },
    request(method, params, id = `r${++ids}`) {
      client.send({ type: 'req', id, method, ...(params === undefined ? {} : { params }) });
      return client.response(id);
    },
    response: (id) =>
      take(`response ${id}`, (one): one is ResponseFrame => one.type === 'res' && one.id === id),
    nextEvent: (name) =>
      take(`event ${name}`, (one): one is EventFrame => one.type === 'event' && one.event === name),
    close: () => ws.close(),
  };
  return client;
}

/** A throwaway Ed25519 device identity. */
export function newTestIdentity(): DeviceIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(publicKey);
  return {
    deviceId: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64url'),
  };
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** What a test says in `connect`; everything has a harmless default. */
export interface ConnectAs {
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly token?: string;
  readonly password?: string;
  /** Absent: connects without a device. */
  readonly identity?: DeviceIdentity;
  readonly client?: Partial<ClientInfo>;
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly signature?: SignatureVersion;
  /** Last word over the finished params, for tests that break them. */
  readonly change?: (params: ConnectParams) => unknown;
}

/** Waits for the challenge, sends `connect` and resolves with its response, ok or not. */
export async function connectAs(raw: RawGatewayClient, as: ConnectAs): Promise<ResponseFrame> {
  const challenge = (await raw.nextEvent('connect.challenge')).payload as {
    nonce: string;
    ts: number;
  };
  const params = connectParams(as, challenge);
  return raw.request('connect', as.change ? as.change(params) : params);
}

/** {@link connectAs} that must succeed. */
export async function helloAs(raw: RawGatewayClient, as: ConnectAs): Promise<HelloOk> {
  const response = await connectAs(raw, as);
  if (!response.ok) throw new Error(`connect refused: ${JSON.stringify(response.error)}`);
  return helloOkSchema.parse(response.payload);
}

/** The params of a correct `connect` for this challenge. */
export function connectParams(
  as: ConnectAs,
  challenge: { readonly nonce: string; readonly ts: number },
): ConnectParams {
  const role = as.role ?? 'operator';
  const client: ClientInfo = {
    id: 'test',
    version: '0.0.1',
    platform: 'linux',
    mode: role === 'node' ? 'node' : 'test',
    ...as.client,
  };
  const auth = {
    ...(as.token === undefined ? {} : { token: as.token }),
    ...(as.password === undefined ? {} : { password: as.password }),
  };
  return {
    minProtocol: 3,
    maxProtocol: 3,
    client,
    role,
    scopes: [...(as.scopes ?? [])],
    caps: [...(as.caps ?? [])],
    ...(as.commands ? { commands: [...as.commands] } : {}),
    ...(as.permissions ? { permissions: { ...as.permissions } } : {}),
    ...(Object.keys(auth).length > 0 ? { auth } : {}),
    ...(as.identity ? { device: deviceProof(as, as.identity, client, role, challenge) } : {}),
  };
}

function deviceProof(
  as: ConnectAs,
  identity: DeviceIdentity,
  client: ClientInfo,
  role: string,
  challenge: { readonly nonce: string; readonly ts: number },
): NonNullable<ConnectParams['device']> {
  const payload = devicePayload(as.signature ?? 'v2', {
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes: as.scopes ?? [],
    signedAtMs: challenge.ts,
    token: as.token ?? null,
    nonce: challenge.nonce,
    platform: client.platform,
    deviceFamily: client.deviceFamily ?? null,
  });
  return {
    id: identity.deviceId,
    publicKey: identity.publicKey,
    signature: identity.sign(payload),
    signedAt: challenge.ts,
    nonce: challenge.nonce,
  };
}
