import { get } from 'node:http';
import { connect as connectTcp, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { DeviceRegistry } from '#host/gateway/device-registry.ts';
import { createGateway, type GatewayDeps } from '#host/gateway/gateway.ts';
import type { Session } from '#host/gateway/types.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { helloAs, openRaw } from '#support/raw-gateway-client.ts';
import { tempDir } from '#support/temp-dir.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

const token = testToken;

function gatewayDeps(change: Partial<GatewayDeps>): GatewayDeps {
  const stateDir = resolveStateDir(tempDir(), {});
  const shared = { clock: systemClock, ids: systemIds, log: createFakeLogger() };
  return {
    ...shared,
    port: 0,
    bind: 'loopback',
    auth: () => ({ mode: 'token', token }),
    allowedOrigins: [],
    devices: new DeviceRegistry({
      ...shared,
      pendingPath: stateDir.devicesPending,
      pairedPath: stateDir.devicesPaired,
    }),
    descent: () => null,
    features: () => [],
    snapshot: () => ({ presence: [], health: {}, stateVersion: { presence: 0, health: 0 } }),
    version: '0',
    stateDirPath: stateDir.root,
    configPath: stateDir.config,
    ...change,
  };
}

describe('starting', () => {
  it('listens on 127.0.0.1 and on ::1 with the same port', async () => {
    const { port } = await startTestGateway();
    await openRaw(`ws://127.0.0.1:${port}`);
    await openRaw(`ws://[::1]:${port}`);
  });

  it('names the port when another program has it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const gateway = createGateway(gatewayDeps({ port }));
    const failure = await gateway.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CompanionError);
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      message: `port ${port} on 127.0.0.1 is already in use`,
      details: { code: 'EADDRINUSE', port },
    });
    await gateway.stop('never started');
  });

  it('refuses to exist without a secret', () => {
    expect(() =>
      createGateway(gatewayDeps({ auth: () => ({ mode: 'token', token: '' }) })),
    ).toThrow('the gateway has no token to ask for');
  });

  it('refuses two features that answer one method', () => {
    const one = { methods: { 'x.y': () => 1 } };
    expect(() => createGateway(gatewayDeps({ features: () => [one, one] }))).toThrow(
      'two features answer x.y',
    );
  });

  it('answers plain HTTP honestly and without any secret', async () => {
    const { port } = await startTestGateway();
    const fetchPath = (path: string, host = `127.0.0.1:${port}`) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += String(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode, body }));
        }).on('error', reject);
      });
    expect(await fetchPath('/')).toEqual({
      status: 200,
      body: 'OpenClaw Companion gateway. Clients connect with a WebSocket.\n',
    });
    expect((await fetchPath('/health')).status).toBe(404);
    expect((await fetchPath('/', 'evil.example')).status).toBe(403);
  });
});

describe('stopping', () => {
  it('broadcasts shutdown to everyone, closes 1012 and leaves no listener', async () => {
    const { url, port, gateway } = await startTestGateway();
    const op = await openRaw(url);
    await helloAs(op, { token });
    const node = await openRaw(url);
    await helloAs(node, { token, role: 'node' });
    const stranger = await openRaw(url);
    await gateway.stop('gateway stopping');
    for (const raw of [op, node]) {
      const shutdown = await raw.nextEvent('shutdown');
      expect(shutdown.payload).toEqual({ reason: 'gateway stopping', restartExpectedMs: null });
      expect(shutdown.seq).toBe(1);
    }
    for (const raw of [op, node, stranger]) {
      expect(await raw.closed).toEqual({ code: 1012, reason: 'service restart' });
    }
    await expect(openRaw(`ws://127.0.0.1:${port}`)).rejects.toThrow('ECONNREFUSED');
  });

  it('tells features of every disconnect before it stops them', async () => {
    const calls: string[] = [];
    const { url, gateway } = await startTestGateway({
      features: () => [
        {
          methods: {},
          connected: () => void calls.push('connected'),
          disconnected: () => void calls.push('disconnected'),
          stop: () => void calls.push('stop'),
        },
      ],
    });
    for (let n = 0; n < 3; n += 1) await helloAs(await openRaw(url), { token });
    await gateway.stop('gateway stopping');
    const threeTimes = (call: string) => [call, call, call];
    expect(calls).toEqual([...threeTimes('connected'), ...threeTimes('disconnected'), 'stop']);
  });

  it('does not wait for peers that never answer', async () => {
    const { url, port, gateway } = await startTestGateway();
    const deaf = await openRaw(url);
    await helloAs(deaf, { token });
    deaf.ws.pause();
    const half = connectTcp(port, '127.0.0.1');
    half.on('error', () => {});
    half.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    await new Promise((resolve) => half.once('connect', resolve));
    const startedAt = performance.now();
    await gateway.stop('gateway stopping');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    deaf.ws.terminate();
    half.destroy();
  });
});

describe('broadcasting (gateway §2.1)', () => {
  it('numbers every event once, so what a client may not see is a gap', async () => {
    const { url, gateway } = await startTestGateway();
    const first = await openRaw(url);
    await helloAs(first, { token });
    const second = await openRaw(url);
    await helloAs(second, { token, role: 'node' });
    const { broadcaster } = gateway;
    const operators = (session: Session) => session.role === 'operator';
    broadcaster.broadcast('a', { n: 1 });
    broadcaster.broadcast('b', { n: 2 }, { to: operators });
    broadcaster.broadcast('c', { n: 3 }, { stateVersion: { presence: 4, health: 5 } });
    expect(await first.nextEvent('b')).toMatchObject({ seq: 2 });
    expect(await second.nextEvent('c')).toEqual({
      type: 'event',
      event: 'c',
      payload: { n: 3 },
      seq: 3,
      stateVersion: { presence: 4, health: 5 },
    });
    const seen = second.frames.flatMap((frame) => (frame.type === 'event' ? [frame.event] : []));
    expect(seen).toEqual(['connect.challenge', 'a', 'c']);
  });

  it('skips droppable events for a slow consumer and closes it for others', async () => {
    const { url, gateway } = await startTestGateway();
    const slow = await openRaw(url);
    await helloAs(slow, { token });
    slow.ws.pause();
    const { broadcaster } = gateway;
    const pad = 'x'.repeat(1_000_000);
    // More than the kernel's buffers take, so that our own buffer fills.
    for (let n = 0; n < 40; n += 1) broadcaster.broadcast('drop', { pad, n }, { dropIfSlow: true });
    expect(broadcaster.sessions.size).toBe(1);
    broadcaster.broadcast('must', {});
    slow.ws.resume();
    const { code } = await slow.closed;
    expect([1006, 1008]).toContain(code);
    expect(slow.frames.filter((frame) => frame.type === 'event').length).toBeLessThan(41);
    await expect.poll(() => broadcaster.sessions.size).toBe(0);
  });
});
