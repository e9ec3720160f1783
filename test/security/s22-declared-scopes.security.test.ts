import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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

async function operator(
  gateway: TestGateway,
  scopes: readonly string[],
  identity: DeviceIdentity = newTestIdentity(),
): Promise<RawGatewayClient> {
  const raw = await openRaw(gateway.url);
  await helloAs(raw, { token, identity, scopes });
  return raw;
}

/** A remote device asks for scopes; resolves with the id of its request. */
async function askRemotely(gateway: TestGateway, scopes: readonly string[]): Promise<string> {
  const raw = await openRaw(gateway.url, { headers: { 'x-forwarded-for': '192.0.2.7' } });
  const response = await connectAs(raw, { token, identity: newTestIdentity(), scopes });
  return z.object({ requestId: z.string() }).parse(response.error?.details).requestId;
}

describe('S22: a client does not choose its own power', () => {
  it('clears the scopes of a client with the shared token and no device', async () => {
    const gateway = await startTestGateway();
    const raw = await openRaw(gateway.url);
    await helloAs(raw, { token, scopes: ['operator.admin'] });
    const response = await raw.request('device.pair.list', {});
    expect(response.error?.message).toBe('missing scope: operator.pairing');
    expect((await raw.request('config.get', {})).error?.message).toBe(
      'missing scope: operator.admin',
    );
  });

  it.each([
    ['missing', (params: object) => ({ ...params, scopes: undefined })],
    ['empty', (params: object) => params],
  ])('gives a device with %s scopes none', async (_title, change) => {
    const gateway = await startTestGateway();
    const raw = await openRaw(gateway.url);
    const hello = await helloAs(raw, { token, identity: newTestIdentity(), scopes: [], change });
    expect(hello.auth?.scopes).toEqual([]);
    const response = await raw.request('no.such.method', {});
    expect(response.error?.message).toBe('missing scope: operator.admin');
  });

  it('lets nobody approve a scope it does not hold', async () => {
    const gateway = await startTestGateway();
    const requestId = await askRemotely(gateway, ['operator.pairing', 'operator.admin']);
    const weak = await operator(gateway, ['operator.pairing']);
    const refused = await weak.request('device.pair.approve', { requestId });
    expect(refused.error?.message).toBe('missing scope: operator.admin');
    expect(gateway.devices.list().pending).toHaveLength(1);
    const strong = await operator(gateway, ['operator.admin']);
    expect((await strong.request('device.pair.approve', { requestId })).ok).toBe(true);
  });

  it('never widens a token by rotation, and hands none to a caller with less', async () => {
    const gateway = await startTestGateway();
    const target = newTestIdentity();
    await operator(gateway, ['operator.read', 'operator.admin'], target);
    const pairing = await operator(gateway, ['operator.pairing', 'operator.read']);
    const admin = await operator(gateway, ['operator.admin']);
    const rotate = { deviceId: target.deviceId, role: 'operator' };

    const byPairing = await pairing.request('device.token.rotate', rotate);
    expect(byPairing.error?.message).toBe('missing scope: operator.admin');
    const wider = await admin.request('device.token.rotate', {
      ...rotate,
      scopes: ['operator.read', 'operator.write'],
    });
    expect(wider.error?.message).toBe('rotation cannot add scopes to a token');
    const narrower = await pairing.request('device.token.rotate', {
      ...rotate,
      scopes: ['operator.read'],
    });
    expect(narrower.payload).toMatchObject({ scopes: ['operator.read'] });
    const back = await admin.request('device.token.rotate', {
      ...rotate,
      scopes: ['operator.admin'],
    });
    expect(back.error?.message).toBe('rotation cannot add scopes to a token');
  });

  it('gives a node no scope, whatever it asks for', async () => {
    const gateway = await startTestGateway();
    const raw = await openRaw(gateway.url);
    const hello = await helloAs(raw, {
      token,
      identity: newTestIdentity(),
      role: 'node',
      scopes: ['operator.admin'],
    });
    expect(hello.auth?.scopes).toEqual([]);
    const response = await raw.request('device.pair.list', {});
    expect(response.error?.message).toBe('unauthorized role: node');
  });
});
