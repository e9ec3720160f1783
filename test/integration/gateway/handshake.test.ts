import { describe, expect, it } from 'vitest';
import type { ConnectParams } from '#protocol/gateway-connect.ts';
import {
  type ConnectAs,
  connectAs,
  helloAs,
  newTestIdentity,
  openRaw,
} from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const other = newTestIdentity();

/** Replaces members of the signed device proof. */
const withDevice =
  (change: Partial<NonNullable<ConnectParams['device']>>) => (params: ConnectParams) => ({
    ...params,
    device: { ...params.device, ...change },
  });

interface Row {
  readonly title: string;
  readonly as: ConnectAs;
  readonly message: string;
  readonly code?: string;
  readonly details?: unknown;
  readonly close?: number;
  /** The close reason is the first 120 bytes only. */
  readonly cut?: boolean;
}

const token = testToken;
const unauthorized = 'unauthorized: gateway token';

/** Gateway §3.2, rows 4 to 14, in the order of the check. */
const rows: readonly Row[] = [
  {
    title: '4: an unknown property',
    as: { token, change: (params) => ({ ...params, foo: 1 }) },
    message: "invalid connect params: at root: unexpected property 'foo'",
  },
  {
    title: '4: a mode outside the list, reason cut to 120 bytes',
    as: {
      token,
      change: (params) => ({ ...params, client: { ...params.client, mode: 'operator' }, foo: 1 }),
    },
    message:
      "invalid connect params: at root: unexpected property 'foo'; " +
      'at /client/mode: must be equal to constant; at /client/mode: must match a schema in anyOf',
    cut: true,
  },
  {
    title: '5: a protocol that is too new',
    as: { token, change: (params) => ({ ...params, minProtocol: 4, maxProtocol: 9 }) },
    message: 'protocol mismatch',
    details: { expectedProtocol: 3 },
    close: 1002,
  },
  {
    title: '5: a protocol that is too old, before the role is looked at',
    as: {
      token,
      role: 'nope',
      change: (params) => ({ ...params, minProtocol: 1, maxProtocol: 2 }),
    },
    message: 'protocol mismatch',
    details: { expectedProtocol: 3 },
    close: 1002,
  },
  { title: '6: an unknown role', as: { token, role: 'admin' }, message: 'invalid role' },
  {
    title: '7: a browser client without an Origin',
    as: { token, client: { id: 'openclaw-control-ui' } },
    message:
      'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)',
  },
  {
    title: '8: neither device nor secret',
    as: {},
    code: 'NOT_PAIRED',
    message: 'device identity required',
  },
  {
    title: '8: no device and a wrong secret',
    as: { token: 'nope' },
    message: `${unauthorized} mismatch (provide gateway auth token)`,
  },
  {
    title: '8: no device and a secret of the other kind',
    as: { password: 'x' },
    message: `${unauthorized} missing (provide gateway auth token)`,
  },
  {
    title: '9: a device id that is not the hash of its key',
    as: { token, identity: newTestIdentity(), change: withDevice({ id: other.deviceId }) },
    message: 'device identity mismatch',
  },
  {
    title: '9: a key that is no Ed25519 key',
    as: {
      token,
      identity: newTestIdentity(),
      change: withDevice({
        // sha256 of the three bytes 01 02 03
        id: '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
        publicKey: 'AQID',
      }),
    },
    message: 'device public key invalid',
  },
  {
    title: '10: a signature older than ten minutes',
    as: {
      token,
      identity: newTestIdentity(),
      change: (params) =>
        withDevice({ signedAt: (params.device?.signedAt ?? 0) - 600_001 })(params),
    },
    message: 'device signature expired',
  },
  {
    title: '11: no nonce, also from this machine',
    as: {
      token,
      identity: newTestIdentity(),
      signature: 'v1',
      change: (params) => {
        const { nonce: _nonce, ...device } = params.device ?? { nonce: '' };
        return { ...params, device };
      },
    },
    message: 'device nonce required',
  },
  {
    title: '12: the nonce of another connection',
    as: { token, identity: newTestIdentity(), change: withDevice({ nonce: 'other' }) },
    message: 'device nonce mismatch',
  },
  {
    title: '13: a v1 signature, although a nonce is sent',
    as: { token, identity: newTestIdentity(), signature: 'v1' },
    message: 'device signature invalid',
  },
  {
    title: '13: a signature over other scopes',
    as: {
      token,
      identity: newTestIdentity(),
      scopes: [],
      change: (params) => ({ ...params, scopes: ['operator.admin'] }),
    },
    message: 'device signature invalid',
  },
  {
    title: '14: a device without a secret',
    as: { identity: newTestIdentity() },
    message: `${unauthorized} missing (provide gateway auth token)`,
  },
  {
    title: '14: a device with a wrong token, mode cli',
    as: { identity: newTestIdentity(), token: 'nope', client: { id: 'cli', mode: 'cli' } },
    message: `${unauthorized} mismatch (set gateway.remote.token to match gateway.auth.token)`,
  },
];

describe('the handshake refuses, with the exact answer and close of gateway §3.2', () => {
  it.each(rows)('row $title', async ({ as, message, code, details, close, cut }) => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    const response = await connectAs(raw, as);
    expect(response.ok).toBe(false);
    expect(response.error).toEqual({
      code: code ?? 'INVALID_REQUEST',
      message,
      ...(details === undefined ? {} : { details }),
    });
    expect(await raw.closed).toEqual({
      code: close ?? 1008,
      reason: cut ? message.slice(0, 120) : message,
    });
  });

  it('row 1: garbage closes 1000 without an answer', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    raw.send('not json');
    expect(await raw.closed).toEqual({ code: 1000, reason: '' });
    expect(raw.frames.filter((frame) => frame.type === 'res')).toEqual([]);
  });

  it('row 2: a frame that is no request closes 1008 without an answer', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    raw.send({ type: 'event', event: 'x' });
    expect(await raw.closed).toEqual({ code: 1008, reason: 'invalid request frame' });
    expect(raw.frames.filter((frame) => frame.type === 'res')).toEqual([]);
  });

  it('row 3: a first request that is not connect is answered and closed', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    const message = 'invalid handshake: first request must be connect';
    const response = await raw.request('health', {});
    expect(response.error).toEqual({ code: 'INVALID_REQUEST', message });
    expect(await raw.closed).toEqual({ code: 1008, reason: message });
  });

  it('row 15: a device that is not local waits for a person and keeps its requestId', async () => {
    const { url } = await startTestGateway();
    const as = { token, identity: newTestIdentity(), role: 'node' };
    const remote = { headers: { 'x-forwarded-for': '192.0.2.7' } };
    const first = await openRaw(url, remote);
    const refused = await connectAs(first, as);
    expect(refused.error).toEqual({
      code: 'NOT_PAIRED',
      message: 'pairing required',
      details: { requestId: expect.any(String) },
    });
    expect(await first.closed).toEqual({ code: 1008, reason: 'pairing required' });
    const again = await connectAs(await openRaw(url, remote), as);
    expect(again.error).toEqual(refused.error);
  });

  it('a client that says nothing is closed 1000 after ten seconds', async () => {
    const clock = createVirtualClock();
    const { url } = await startTestGateway({ clock });
    const raw = await openRaw(url);
    await raw.nextEvent('connect.challenge');
    clock.advance(9_999);
    expect(raw.ws.readyState).toBe(raw.ws.OPEN);
    clock.advance(1);
    expect(await raw.closed).toEqual({ code: 1000, reason: '' });
  });
});

describe('the handshake accepts', () => {
  it('sends the challenge at once, without a seq', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    const challenge = await raw.nextEvent('connect.challenge');
    expect(challenge).toEqual({
      type: 'event',
      event: 'connect.challenge',
      payload: { nonce: expect.stringMatching(/^[0-9a-f-]{36}$/), ts: expect.any(Number) },
    });
  });

  it.each(['v2', 'v3'] as const)('a device with a %s signature', async (signature) => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    const identity = newTestIdentity();
    const scopes = ['operator.read', 'operator.write'];
    const client = { platform: 'macOS 15.3.0', deviceFamily: 'Mac' };
    const hello = await helloAs(raw, { token, identity, scopes, signature, client });
    expect(hello.auth).toEqual({
      deviceToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      role: 'operator',
      scopes,
      issuedAtMs: expect.any(Number),
    });
  });

  it('a public key in PEM', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    const identity = newTestIdentity();
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(identity.publicKey, 'base64url'),
    ]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    await helloAs(raw, { token, identity, change: withDevice({ publicKey: pem }) });
  });

  it('the shared token without a device, as a binary frame, for a range of protocols', async () => {
    const { url, stateDir } = await startTestGateway();
    const raw = await openRaw(url);
    const params = {
      minProtocol: 1,
      maxProtocol: 9,
      client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' },
      auth: { token },
    };
    raw.send(Buffer.from(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params })));
    const response = await raw.response('c');
    expect(response.payload).toEqual({
      type: 'hello-ok',
      protocol: 3,
      server: { version: '0.0.0-test', host: expect.any(String), connId: expect.any(String) },
      features: {
        methods: [
          'device.pair.list',
          'device.pair.approve',
          'device.pair.reject',
          'device.token.rotate',
          'device.token.revoke',
        ],
        events: ['connect.challenge', 'shutdown', 'device.pair.requested', 'device.pair.resolved'],
      },
      snapshot: {
        presence: [],
        health: {},
        stateVersion: { presence: 0, health: 0 },
        uptimeMs: expect.any(Number),
        configPath: `${stateDir.root}/config.json`,
        stateDir: stateDir.root,
        sessionDefaults: {
          defaultAgentId: 'main',
          mainKey: 'main',
          mainSessionKey: 'agent:main:main',
          scope: 'per-sender',
        },
      },
      policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
    });
  });

  it('the password in password mode, and says which of the two is missing or wrong', async () => {
    const { url } = await startTestGateway({ auth: { mode: 'password', password: 'pw' } });
    await helloAs(await openRaw(url), { password: 'pw' });
    const wrong = await connectAs(await openRaw(url), { password: 'bad' });
    expect(wrong.error?.message).toBe(
      'unauthorized: gateway password mismatch (provide gateway auth password)',
    );
    const asToken = await connectAs(await openRaw(url), {
      token: 'pw',
      identity: newTestIdentity(),
      client: { mode: 'cli' },
    });
    expect(asToken.error?.message).toBe(
      'unauthorized: gateway password missing (set gateway.remote.password to match gateway.auth.password)',
    );
  });

  it('writes hello-ok before anything a feature sends to the new client', async () => {
    const { url } = await startTestGateway({
      features: ({ broadcaster }) => [
        {
          methods: {},
          connected: (session) => broadcaster.sendTo(session, 'x.welcome', {}),
        },
      ],
    });
    const raw = await openRaw(url);
    await helloAs(raw, { token });
    await raw.nextEvent('x.welcome');
    expect(raw.frames.map((frame) => (frame.type === 'res' ? 'hello' : frame.event))).toEqual([
      'connect.challenge',
      'hello',
      'x.welcome',
    ]);
  });
});
