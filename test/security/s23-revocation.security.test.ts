import { describe, expect, it } from 'vitest';
import type { DeviceIdentity } from '#host/node/types.ts';
import {
  connectAs,
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { startTestGateway, type TestGateway, testToken } from '#support/test-gateway.ts';

const token = testToken;

async function connected(
  gateway: TestGateway,
  identity: DeviceIdentity,
  as: { readonly role?: string; readonly scopes?: readonly string[] } = {},
): Promise<{ readonly raw: RawGatewayClient; readonly deviceToken: string }> {
  const raw = await openRaw(gateway.url);
  const hello = await helloAs(raw, { token, identity, ...as });
  return { raw, deviceToken: hello.auth?.deviceToken ?? '' };
}

const admin = { scopes: ['operator.admin'] };

describe('S23: revoking works at once', () => {
  it.each(['device.token.revoke', 'device.token.rotate'])(
    '%s ends the live sockets of that device and role within a second, and no others',
    async (method) => {
      const gateway = await startTestGateway();
      const target = newTestIdentity();
      const node = await connected(gateway, target, { role: 'node' });
      const second = await connected(gateway, target, { role: 'node' });
      const otherRole = await connected(gateway, target, { scopes: ['operator.read'] });
      const { raw: op } = await connected(gateway, newTestIdentity(), admin);
      // A peer that does not even read cannot stay either.
      second.raw.ws.pause();

      const startedAt = performance.now();
      await op.request(method, { deviceId: target.deviceId, role: 'node' });
      const { code, reason } = await node.raw.closed;
      expect(code).toBe(1008);
      expect(reason).toBe(`device token ${method.endsWith('revoke') ? 'revoked' : 'rotated'}`);
      const live = () =>
        [...gateway.gateway.broadcaster.sessions].filter(
          (one) => one.deviceId === target.deviceId && one.role === 'node',
        );
      await expect.poll(live).toEqual([]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(otherRole.raw.ws.readyState).toBe(otherRole.raw.ws.OPEN);
      expect(op.ws.readyState).toBe(op.ws.OPEN);

      const old = { identity: target, role: 'node', token: node.deviceToken };
      const again = await connectAs(await openRaw(gateway.url), old);
      expect(again.error?.message).toMatch(/^unauthorized: gateway token mismatch/);
    },
  );

  it('answers a caller that revokes its own token before it ends its socket', async () => {
    const gateway = await startTestGateway();
    const identity = newTestIdentity();
    const { raw } = await connected(gateway, identity, admin);
    const target = { deviceId: identity.deviceId, role: 'operator' };
    expect((await raw.request('device.token.revoke', target)).ok).toBe(true);
    expect(await raw.closed).toEqual({ code: 1008, reason: 'device token revoked' });
  });

  it('ignores what a revoked client sends after it was closed', async () => {
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const gateway = await startTestGateway({
      features: () => [{ methods: { 'node.event': count } }],
    });
    const target = newTestIdentity();
    const { raw: node } = await connected(gateway, target, { role: 'node' });
    await node.request('node.event', {});
    gateway.gateway.closeSessions(() => true, 1008, 'device token revoked');
    node.send({ type: 'req', id: 'late', method: 'node.event', params: {} });
    await node.closed;
    expect(calls).toBe(1);
  });

  it('lets no pairing-scoped session bring a revoked node back', async () => {
    const gateway = await startTestGateway();
    const target = newTestIdentity();
    await connected(gateway, target, { role: 'node' });
    const { raw: op } = await connected(gateway, newTestIdentity(), {
      scopes: ['operator.pairing'],
    });
    const node = { deviceId: target.deviceId, role: 'node' };
    expect((await op.request('device.token.revoke', node)).ok).toBe(true);
    const rotated = await op.request('device.token.rotate', node);
    expect(rotated.error?.message).toBe('missing scope: operator.admin');
    const { raw: strong } = await connected(gateway, newTestIdentity(), admin);
    expect((await strong.request('device.token.rotate', node)).ok).toBe(true);
  });

  it('lets no pairing-scoped session bring a revoked device back by approving more', async () => {
    const gateway = await startTestGateway();
    const target = newTestIdentity();
    await connected(gateway, target, { scopes: ['operator.read'] });
    const { raw: op } = await connected(gateway, newTestIdentity(), {
      scopes: ['operator.pairing', 'operator.read', 'operator.write'],
    });
    await op.request('device.token.revoke', { deviceId: target.deviceId, role: 'operator' });
    const remote = await openRaw(gateway.url, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    const wider = { token, identity: target, scopes: ['operator.read', 'operator.write'] };
    expect((await connectAs(remote, wider)).error?.message).toBe('pairing required');
    const [pending] = gateway.devices.list().pending;
    const params = { requestId: pending?.requestId };
    const refused = await op.request('device.pair.approve', params);
    expect(refused.error?.message).toBe('missing scope: operator.admin');
    const { raw: strong } = await connected(gateway, newTestIdentity(), admin);
    expect((await strong.request('device.pair.approve', params)).ok).toBe(true);
  });
});
