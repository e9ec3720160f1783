import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createGatewayLink } from '#host/node/gateway-link.ts';
import type { LinkState } from '#host/node/types.ts';
import { devicePayload } from '#protocol/gateway-connect.ts';
import { startMiniGateway } from '#support/mini-gateway.ts';
import { createTestLink } from '#support/test-link.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const is =
  (kind: LinkState['kind']) =>
  (state: LinkState): boolean =>
    state.kind === kind;

test('a link answers the challenge with a valid v2 signature and keeps the issued token', async () => {
  const gateway = await startMiniGateway({ deviceToken: 'issued' });
  const { link, tokens, deviceId } = await createTestLink(gateway.url, {
    advertisement: { caps: ['system'], commands: ['system.run'], permissions: { camera: false } },
    pathEnv: '/usr/bin:/bin',
    credentials: () => ({ token: 'shared', password: 'pw' }),
  });
  link.start();
  const { params, nonce } = await gateway.nextConnection();
  expect(params).toMatchObject({
    minProtocol: 3,
    maxProtocol: 3,
    role: 'node',
    scopes: [],
    caps: ['system'],
    commands: ['system.run'],
    permissions: { camera: false },
    pathEnv: '/usr/bin:/bin',
    auth: { token: 'shared', password: 'pw' },
    device: { id: deviceId, nonce },
  });
  const device = params?.device;
  const signed = devicePayload('v2', {
    deviceId,
    clientId: 'test',
    clientMode: 'test',
    role: 'node',
    scopes: [],
    signedAtMs: device?.signedAt ?? 0,
    token: 'shared',
    nonce,
    platform: null,
    deviceFamily: null,
  });
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: device?.publicKey ?? '' },
    format: 'jwk',
  });
  const signature = Buffer.from(device?.signature ?? '', 'base64url');
  expect(verify(null, Buffer.from(signed), key, signature)).toBe(true);
  await link.connected();
  await expect.poll(() => tokens.get({ url: gateway.url, deviceId, role: 'node' })).toBe('issued');
});

test('a link comes back after the Gateway restarted, with its pending requests rejected', async () => {
  const gateway = await startMiniGateway();
  const { link, state } = await createTestLink(gateway.url);
  const states: string[] = [];
  link.onState(({ kind }) => states.push(kind));
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  connection.ws.removeAllListeners('message');
  const pending = link.request('health', {});
  const rejected = expect(pending).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const waiting = state(is('waiting'));
  await gateway.stop(1012);
  expect(await waiting).toMatchObject({ why: 'the Gateway is restarting', retryInMs: 500 });
  await rejected;
  await expect(link.request('health', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const second = await startMiniGateway({ port: gateway.port });
  await second.nextConnection();
  await link.connected();
  await expect(link.request('health', {})).resolves.toEqual({ ok: true });
  expect(states.slice(0, 4)).toEqual(['connecting', 'connected', 'waiting', 'connecting']);
});

test('a link that waits tries again at once when it is told to, with short pauses again', async () => {
  const gateway = await startMiniGateway();
  const clock = createVirtualClock();
  const { link, state } = await createTestLink(gateway.url, { clock });
  link.redial();
  expect(link.state.kind).toBe('stopped');
  link.start();
  await link.connected();
  link.redial();
  expect(link.state.kind).toBe('connected');
  await gateway.stop();
  await state(is('waiting'));
  clock.advance(500);
  expect(await state(is('waiting'))).toMatchObject({ retryInMs: 1_000 });
  link.redial();
  // Nobody answers yet, and the pause is the shortest again.
  expect(await state(is('waiting'))).toMatchObject({ retryInMs: 500 });
  await startMiniGateway({ port: gateway.port });
  link.redial();
  await link.connected();
});

test('a refused stored token is dropped and the shared one tried at once', async () => {
  const offered: (string | undefined)[] = [];
  const gateway = await startMiniGateway({
    judge: ({ auth }) => {
      offered.push(auth?.token);
      return auth?.token === 'shared'
        ? null
        : { code: 'INVALID_REQUEST', message: 'unauthorized: gateway token mismatch (…)' };
    },
  });
  const { link, tokens, deviceId } = await createTestLink(gateway.url);
  const key = { url: gateway.url, deviceId, role: 'node' as const };
  await tokens.set(key, 'stale');
  const states: string[] = [];
  link.onState(({ kind }) => states.push(kind));
  link.start();
  await link.connected();
  expect(offered).toEqual(['stale', 'shared']);
  expect(states).toEqual(['connecting', 'connecting', 'connected']);
  await expect.poll(() => tokens.get(key)).toBe(null);
});

test('a stored token stays when there is nothing to fall back to, or when it was not judged', async () => {
  let refusal: { code: string; message: string; retryAfterMs?: number } = {
    code: 'INVALID_REQUEST',
    message: 'unauthorized: gateway token mismatch',
  };
  const offered: unknown[] = [];
  const gateway = await startMiniGateway({
    judge: ({ auth }) => {
      offered.push(auth?.token);
      return refusal;
    },
  });
  let token: string | undefined;
  const { link, tokens, deviceId, state } = await createTestLink(gateway.url, {
    credentials: () => (token === undefined ? {} : { token }),
  });
  const key = { url: gateway.url, deviceId, role: 'node' as const };
  await tokens.set(key, 'stored');
  link.start();
  expect(await state(is('waiting'))).toMatchObject({ retryInMs: 500 });
  await link.stop();
  token = 'shared';
  refusal = { ...refusal, retryAfterMs: 7_000 };
  link.start();
  expect(await state(is('waiting'))).toMatchObject({
    retryInMs: 7_000,
    why: 'refused: unauthorized: gateway token mismatch',
  });
  expect(offered).toEqual(['stored', 'stored']);
  expect(await tokens.get(key)).toBe('stored');
});

test('a token of one Gateway is never offered to another (gateway §7.1, trap)', async () => {
  const offered: unknown[] = [];
  const judge = ({ auth }: { auth?: unknown }) => {
    offered.push(auth);
    return null;
  };
  const other = await startMiniGateway();
  const gateway = await startMiniGateway({ judge });
  const { link, tokens, deviceId } = await createTestLink(gateway.url);
  await tokens.set({ url: other.url, deviceId, role: 'node' }, 'of-the-other');
  await tokens.set({ url: gateway.url, deviceId, role: 'operator' }, 'of-the-other-role');
  link.start();
  await link.connected();
  expect(offered).toEqual([{ token: 'shared' }]);
});

test('a pairing refusal says which request to approve, and the link keeps trying', async () => {
  const clock = createVirtualClock();
  let paired = false;
  const gateway = await startMiniGateway({
    judge: () =>
      paired
        ? null
        : { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'req-7' } },
  });
  const { link, state } = await createTestLink(gateway.url, { clock });
  link.start();
  expect(await state(is('waiting'))).toMatchObject({
    why: 'pairing required: approve request req-7 at the Gateway',
  });
  paired = true;
  clock.advance(500);
  await link.connected();
});

test('silence for two tick intervals closes with 4000 and reconnects; traffic postpones it', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway({ tickIntervalMs: 30_000 });
  const { link, state } = await createTestLink(gateway.url, { clock });
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  clock.advance(59_000);
  const tick = new Promise<void>((resolve) => {
    link.onEvent((frame) => frame.event === 'tick' && resolve());
  });
  connection.event('tick', { ts: 1 });
  await tick;
  clock.advance(59_999);
  expect(link.state.kind).toBe('connected');
  clock.advance(1);
  expect(link.state).toMatchObject({ kind: 'waiting', why: 'the Gateway fell silent' });
  expect(await connection.closed).toEqual({ code: 4000, reason: 'tick timeout' });
  clock.advance(500);
  await state(is('connected'));
  expect(gateway.connections).toHaveLength(2);
});

test('a Gateway that never says hello is given up after ten seconds', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway({ handshake: false });
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  await expect.poll(() => gateway.connections.length).toBe(1);
  clock.advance(9_999);
  expect(link.state.kind).toBe('connecting');
  clock.advance(1);
  expect(link.state).toMatchObject({
    kind: 'waiting',
    why: 'no hello from the Gateway in 10000 ms',
  });
});

test('nothing is sent before the challenge', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway({ handshake: false });
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  await expect.poll(() => gateway.connections.length).toBe(1);
  clock.advance(9_000);
  const [connection] = gateway.connections;
  connection?.event('connect.challenge', { nonce: '', ts: 1 });
  connection?.event('connect.challenge', { nonce: 'n-1', ts: 'garbage' });
  connection?.event('connect.challenge', { nonce: 'n-2', ts: 1_795_249_776_493.5 });
  connection?.event('connect.challenge', { nonce: 'n-3', ts: 5 });
  await connection?.nextRequest('connect');
  // A time that makes no sense is replaced by our own.
  const device = { nonce: 'n-2', signedAt: clock.now() };
  expect(connection?.requests).toMatchObject([{ params: { device } }]);
});

test('a request ends with its own error: the peer’s, a timeout, or a cancellation', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway();
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  connection.ws.removeAllListeners('message');
  connection.ws.on('message', (data) => {
    const { id, method } = JSON.parse(String(data));
    const error = { code: 'UNAVAILABLE', message: 'node not connected', details: { a: 1 } };
    if (method === 'node.invoke') connection.send({ type: 'res', id, ok: false, error });
  });
  await expect(link.request('node.invoke', {})).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'node not connected',
    details: { a: 1 },
  });
  const slow = link.request('health', {});
  const slower = link.request('health', {}, { timeoutMs: 20_000 });
  const abort = new AbortController();
  const left = link.request('health', {}, { signal: abort.signal });
  const expectations = [
    expect(slow).rejects.toMatchObject({ code: 'TIMEOUT' }),
    expect(left).rejects.toMatchObject({ code: 'CANCELLED' }),
  ];
  abort.abort();
  clock.advance(15_000);
  await Promise.all(expectations);
  const late = expect(slower).rejects.toMatchObject({ code: 'TIMEOUT' });
  clock.advance(5_000);
  await late;
  await expect(link.request('health', {}, { signal: abort.signal })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test('events that overtake hello-ok are delivered after it (gateway §3.5, trap)', async () => {
  const gateway = await startMiniGateway({
    beforeHello: (connection) => connection.event('node.invoke.request', { id: 'early' }),
  });
  const { link } = await createTestLink(gateway.url);
  const seen: string[] = [];
  link.onState(({ kind }) => seen.push(kind));
  link.onEvent(({ event }) => seen.push(event));
  link.start();
  const connection = await gateway.nextConnection();
  connection.event('tick', {});
  await expect.poll(() => seen).toEqual(['connecting', 'connected', 'node.invoke.request', 'tick']);
});

test('a frame over the Gateway’s limit is refused here and the connection survives', async () => {
  const gateway = await startMiniGateway({ maxPayload: 10_000 });
  const { link } = await createTestLink(gateway.url);
  link.start();
  await link.connected();
  await expect(link.request('node.event', { text: 'ü'.repeat(5_000) })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^PAYLOAD_TOO_LARGE: \d+ bytes, the Gateway accepts 10000$/),
  });
  await expect(link.request('node.event', { text: 'ü'.repeat(4_900) })).resolves.toEqual({
    ok: true,
  });
});

test('a changed advertisement reconnects once, and never with two sockets open', async () => {
  const clock = createVirtualClock();
  const open: number[] = [];
  const gateway = await startMiniGateway({
    judge: () => {
      open.push(gateway.connections.filter(({ ws }) => ws.readyState === ws.OPEN).length);
      return null;
    },
  });
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  const first = await gateway.nextConnection();
  await link.connected();
  const offer = { caps: ['system'], commands: ['system.run', 'b'], permissions: {} };
  link.advertise({ ...offer, commands: ['system.which'] });
  link.advertise(offer);
  clock.advance(200);
  const second = await gateway.nextConnection();
  expect(await first.closed).toEqual({ code: 1000, reason: 'advertisement changed' });
  expect(second.params).toMatchObject({ caps: ['system'], commands: ['system.run', 'b'] });
  expect(open).toEqual([1, 1]);
  await link.connected();
  const timers = clock.waiting;
  link.advertise({ permissions: {}, commands: ['b', 'system.run'], caps: ['system'] });
  expect(clock.waiting).toBe(timers);
});

test('a change that is taken back at once reconnects nothing', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway();
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  await link.connected();
  link.advertise({ caps: ['camera'], commands: [], permissions: {} });
  link.advertise({ caps: [], commands: [], permissions: {} });
  clock.advance(200);
  expect(link.state.kind).toBe('connected');
});

test('a new socket waits for a Gateway that is slow to close the old one (gateway §8, trap)', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway();
  const { link } = await createTestLink(gateway.url, { clock });
  link.start();
  const first = await gateway.nextConnection();
  await link.connected();
  first.ws.pause();
  link.advertise({ caps: ['camera'], commands: [], permissions: {} });
  clock.advance(200);
  // Ten round trips: far more than a dial takes that does not wait.
  for (let i = 0; i < 10; i += 1) {
    const other = new WebSocket(gateway.url);
    await once(other, 'open');
    other.close();
    await once(other, 'close');
  }
  expect(gateway.connections.filter(({ params }) => params !== null)).toEqual([first]);
  clock.advance(500);
  await link.connected();
  expect(gateway.connections.filter(({ params }) => params !== null)).toHaveLength(2);
});

test('stop is prompt in every state and leaves no timer behind', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway();
  const { link, state } = await createTestLink(gateway.url, { clock });
  const waiting = link.connected();
  const rejected = expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  link.start();
  await link.stop();
  await rejected;
  expect(clock.waiting).toBe(0);

  link.start();
  await state(is('connected'));
  await link.stop();
  expect(link.state.kind).toBe('stopped');
  expect(clock.waiting).toBe(0);

  link.start();
  await state(is('connected'));
  await gateway.stop();
  await state(is('waiting'));
  await link.stop();
  expect(clock.waiting).toBe(0);
});

test('an HTTP refusal and a closed port are reasons, not crashes', async () => {
  const http = createServer((_request, response) => response.writeHead(403).end()).listen(0);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  onTestFinished(() => {
    http.close();
  });
  const refused = await createTestLink(`ws://127.0.0.1:${port}`);
  refused.link.start();
  expect(await refused.state(is('waiting'))).toMatchObject({
    why: 'Unexpected server response: 403',
  });
  const closed = await createTestLink('ws://127.0.0.1:1');
  closed.link.start();
  expect(await closed.state(is('waiting'))).toMatchObject({
    why: expect.stringContaining('ECONNREFUSED'),
  });
});

test('credentials that cannot be read are a reason to wait, not the end', async () => {
  const gateway = await startMiniGateway();
  let broken = true;
  const { link, state } = await createTestLink(gateway.url, {
    credentials: () => {
      if (broken) throw new Error('config.json cannot be read');
      return { token: 'shared' };
    },
  });
  link.start();
  expect(await state(is('waiting'))).toMatchObject({ why: 'config.json cannot be read' });
  broken = false;
  await link.connected();
});

test.each([
  'http://127.0.0.1',
  'nonsense',
  'ws://user:pw@127.0.0.1',
  'ws://:pw@127.0.0.1',
  'ws://127.0.0.1/#a',
])('%s is no Gateway address, and the error does not repeat it (S30)', (url) => {
  const make = () =>
    createGatewayLink({ url } as Parameters<typeof createGatewayLink>[0], {} as never);
  expect(make).toThrow(expect.objectContaining({ code: 'USAGE' }));
  expect(make).not.toThrow(url);
});
