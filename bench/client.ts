import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import { devicePayload } from '#protocol/gateway-connect.ts';

/** The lightest client that can measure a Gateway: no validation, no reconnecting. */

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly ok?: boolean;
  readonly event?: string;
  readonly payload?: unknown;
  readonly error?: unknown;
}

export interface BenchClient {
  readonly deviceId: string;
  call(method: string, params: unknown): Promise<Frame>;
  send(frame: unknown): void;
  onEvent(listener: (frame: Frame) => void): void;
  close(): void;
}

export interface BenchConnect {
  readonly url: string;
  readonly token: string;
  readonly role: 'operator' | 'node';
  readonly commands?: readonly string[];
}

/** Connects with a fresh device, which a Gateway on loopback pairs silently. */
export async function connectBench(options: BenchConnect): Promise<BenchClient> {
  const ws = new WebSocket(options.url, { perMessageDeflate: false, maxPayload: 64 << 20 });
  const pending = new Map<string, (frame: Frame) => void>();
  const listeners: ((frame: Frame) => void)[] = [];
  let calls = 0;
  const challenge = new Promise<string>((resolve, reject) => {
    ws.once('error', reject);
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'res' && frame.id !== undefined) {
        const answer = pending.get(frame.id);
        pending.delete(frame.id);
        answer?.(frame);
      } else if (frame.event === 'connect.challenge') {
        resolve((frame.payload as { nonce: string }).nonce);
      } else {
        for (const listener of listeners) listener(frame);
      }
    });
  });
  const call = (method: string, params: unknown) =>
    new Promise<Frame>((resolve) => {
      const id = `b${++calls}`;
      pending.set(id, resolve);
      ws.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  const { deviceId, params } = connectParams(options, await challenge);
  const hello = await call('connect', params);
  if (!hello.ok) throw new Error(`connect refused: ${JSON.stringify(hello.error)}`);
  return {
    deviceId,
    call,
    send: (frame) => ws.send(JSON.stringify(frame)),
    onEvent: (listener) => void listeners.push(listener),
    close: () => ws.terminate(),
  };
}

function connectParams(options: BenchConnect, nonce: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const deviceId = createHash('sha256').update(raw).digest('hex');
  const client =
    options.role === 'node'
      ? { id: 'openclaw-macos', mode: 'node', platform: 'macOS 15.3.0', deviceFamily: 'Mac' }
      : { id: 'gateway-client', mode: 'backend', platform: 'linux' };
  const scopes = options.role === 'node' ? [] : ['operator.admin'];
  const signedAt = Date.now();
  const text = devicePayload('v2', {
    deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role: options.role,
    scopes,
    signedAtMs: signedAt,
    token: options.token,
    nonce,
    platform: client.platform,
    deviceFamily: null,
  });
  return {
    deviceId,
    params: {
      minProtocol: 3,
      maxProtocol: 3,
      client: { ...client, version: '0.0.1', displayName: `bench-${randomUUID().slice(0, 8)}` },
      role: options.role,
      scopes,
      caps: options.role === 'node' ? ['canvas'] : [],
      ...(options.commands ? { commands: options.commands } : {}),
      auth: { token: options.token },
      device: {
        id: deviceId,
        publicKey: raw.toString('base64url'),
        signature: sign(null, Buffer.from(text), privateKey).toString('base64url'),
        signedAt,
        nonce,
      },
    },
  };
}
