import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeviceIdentity } from '#host/node/types.ts';
import { writePrivateFile } from '#host/store/private-file.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { pairedFileSchema } from '#protocol/gateway-devices.ts';
import type { ResponseFrame } from '#protocol/gateway-frames.ts';
import {
  type ConnectAs,
  connectAs,
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { tempDir } from '#support/temp-dir.ts';
import { startTestGateway, type TestGateway, testToken } from '#support/test-gateway.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const token = testToken;
const remote = { headers: { 'x-forwarded-for': '192.0.2.7' } };

async function operator(
  gateway: TestGateway,
  scopes: readonly string[],
  identity = newTestIdentity(),
): Promise<RawGatewayClient> {
  const raw = await openRaw(gateway.url);
  await helloAs(raw, { token, identity, scopes });
  return raw;
}

async function connect(gateway: TestGateway, as: ConnectAs, headers = {}) {
  return connectAs(await openRaw(gateway.url, { headers }), as);
}

const requestIdOf = (response: ResponseFrame): string =>
  z.object({ requestId: z.string() }).parse(response.error?.details).requestId;

const asNode = (identity: DeviceIdentity): ConnectAs => ({
  token,
  identity,
  role: 'node',
  client: { id: 'openclaw-macos', platform: 'macOS 15.3.0', displayName: 'raw-mac-node' },
});

describe('device pairing (gateway §7.1)', () => {
  it('pairs a local device silently and tells pairing operators only that it is resolved', async () => {
    const gateway = await startTestGateway();
    const watcher = await operator(gateway, ['operator.pairing']);
    const reader = await operator(gateway, ['operator.read']);
    const identity = newTestIdentity();
    await connect(gateway, asNode(identity));
    // The reader's own silent pairing came first.
    await watcher.nextEvent('device.pair.resolved');
    const resolved = await watcher.nextEvent('device.pair.resolved');
    expect(resolved.payload).toEqual({
      requestId: expect.any(String),
      deviceId: identity.deviceId,
      decision: 'approved',
      ts: expect.any(Number),
    });
    const events = (raw: RawGatewayClient) =>
      raw.frames.flatMap((frame) => (frame.type === 'event' ? [frame.event] : []));
    expect(events(watcher)).not.toContain('device.pair.requested');
    expect(events(reader)).toEqual(['connect.challenge']);
  });

  it('approves a remote device: request once, answer, event, then it connects', async () => {
    const gateway = await startTestGateway();
    const op = await operator(gateway, ['operator.pairing', 'operator.read']);
    const identity = newTestIdentity();
    const refused = await connect(gateway, asNode(identity), remote.headers);
    const requestId = requestIdOf(refused);
    await connect(gateway, asNode(identity), remote.headers);
    const requested = await op.nextEvent('device.pair.requested');
    expect(requested.payload).toEqual({
      requestId,
      deviceId: identity.deviceId,
      publicKey: identity.publicKey,
      displayName: 'raw-mac-node',
      platform: 'macOS 15.3.0',
      clientId: 'openclaw-macos',
      clientMode: 'node',
      role: 'node',
      roles: ['node'],
      scopes: [],
      silent: false,
      isRepair: false,
      ts: expect.any(Number),
    });
    expect(requested.seq).toEqual(expect.any(Number));

    // The request that waits blocks the same device locally too (recorded trap).
    const local = await connect(gateway, asNode(identity));
    expect(local.error?.details).toEqual({ requestId });

    const list = (await op.request('device.pair.list', {})).payload as { pending: unknown[] };
    expect(list.pending).toEqual([requested.payload]);
    const approved = await op.request('device.pair.approve', { requestId });
    expect(approved.payload).toEqual({
      requestId,
      device: {
        deviceId: identity.deviceId,
        publicKey: identity.publicKey,
        displayName: 'raw-mac-node',
        platform: 'macOS 15.3.0',
        clientId: 'openclaw-macos',
        clientMode: 'node',
        role: 'node',
        roles: ['node'],
        createdAtMs: expect.any(Number),
        approvedAtMs: expect.any(Number),
        tokens: [{ role: 'node', scopes: [], createdAtMs: expect.any(Number) }],
      },
    });
    expect((await op.nextEvent('device.pair.resolved')).payload).toMatchObject({
      requestId,
      decision: 'approved',
    });
    expect((await connect(gateway, asNode(identity), remote.headers)).ok).toBe(true);
    const events = op.frames.filter(
      (frame) => frame.type === 'event' && frame.event === 'device.pair.requested',
    );
    expect(events).toHaveLength(1);
  });

  it('rejects a remote device and forgets the request', async () => {
    const gateway = await startTestGateway();
    const op = await operator(gateway, ['operator.pairing']);
    const identity = newTestIdentity();
    const refused = await connect(gateway, asNode(identity), remote.headers);
    const requestId = requestIdOf(refused);
    const rejected = await op.request('device.pair.reject', { requestId });
    expect(rejected.payload).toEqual({ requestId, deviceId: identity.deviceId });
    expect((await op.nextEvent('device.pair.resolved')).payload).toMatchObject({
      decision: 'rejected',
    });
    const again = await op.request('device.pair.approve', { requestId });
    expect(again.error?.message).toBe('unknown requestId');
  });

  it('forgets a request after five minutes', async () => {
    const clock = createVirtualClock();
    const gateway = await startTestGateway({ clock });
    const identity = newTestIdentity();
    await connect(gateway, asNode(identity), remote.headers);
    clock.advance(300_001);
    expect((await connect(gateway, asNode(identity))).ok).toBe(true);
  });

  it('asks again when a remote paired device wants a scope or role it does not have', async () => {
    const gateway = await startTestGateway();
    const identity = newTestIdentity();
    await operator(gateway, ['operator.read'], identity);
    const more = { token, identity, scopes: ['operator.read', 'operator.write'] };
    const wider = await connect(gateway, more, remote.headers);
    expect(wider.error?.message).toBe('pairing required');
    const same = { token, identity, scopes: ['operator.read'] };
    expect((await connect(gateway, same, remote.headers)).ok).toBe(true);
    const role = await connect(gateway, asNode(identity), remote.headers);
    expect(role.error?.message).toBe('pairing required');
  });
});

describe('device tokens (gateway §7.1)', () => {
  it('live through connect, upgrade, rotate and revoke as recorded', async () => {
    const gateway = await startTestGateway();
    const identity = newTestIdentity();
    const scopes = ['operator.read', 'operator.write'];
    const first = await helloAs(await openRaw(gateway.url), { token, identity, scopes });
    const deviceToken = first.auth?.deviceToken ?? '';

    const byToken = { identity, token: deviceToken };
    const second = await connect(gateway, { ...byToken, scopes });
    expect(second.payload).toMatchObject({ auth: { deviceToken, scopes } });
    const mismatch = 'unauthorized: gateway token mismatch (provide gateway auth token)';
    const wider = await connect(gateway, { ...byToken, scopes: ['operator.admin'] });
    expect(wider.error?.message).toBe(mismatch);
    expect((await connect(gateway, { ...byToken, role: 'node' })).error?.message).toBe(mismatch);
    const stolen = { ...byToken, identity: newTestIdentity(), scopes };
    expect((await connect(gateway, stolen)).error?.message).toBe(mismatch);

    const upgrade = ['operator.admin', 'operator.pairing'];
    const admin = await openRaw(gateway.url);
    const hello = await helloAs(admin, { token, identity, scopes: upgrade });
    expect(hello.auth).toMatchObject({ scopes: upgrade });
    expect(hello.auth?.deviceToken).not.toBe(deviceToken);
    const list = (await admin.request('device.pair.list', {})).payload;
    expect(list).toMatchObject({
      pending: [],
      paired: [
        {
          scopes: [...scopes, ...upgrade],
          tokens: [
            {
              role: 'operator',
              scopes: upgrade,
              createdAtMs: expect.any(Number),
              rotatedAtMs: expect.any(Number),
              lastUsedAtMs: expect.any(Number),
            },
          ],
        },
      ],
    });
    expect(JSON.stringify(list)).not.toContain(hello.auth?.deviceToken);

    const other = await operator(gateway, ['operator.admin']);
    const target = { deviceId: identity.deviceId, role: 'operator' };
    const rotated = await other.request('device.token.rotate', {
      ...target,
      scopes: ['operator.pairing'],
    });
    expect(rotated.payload).toEqual({
      ...target,
      token: expect.stringMatching(/^[0-9a-f]{32}$/),
      scopes: ['operator.pairing'],
      rotatedAtMs: expect.any(Number),
    });
    const fresh = (rotated.payload as { token: string }).token;
    const narrow = { identity, token: fresh, scopes: ['operator.pairing'] };
    expect((await connect(gateway, narrow)).ok).toBe(true);
    const revoked = await other.request('device.token.revoke', target);
    expect(revoked.payload).toEqual({ ...target, revokedAtMs: expect.any(Number) });
    expect((await connect(gateway, narrow)).error?.message).toBe(mismatch);
    const unknown = await other.request('device.token.revoke', { ...target, role: 'nope' });
    expect(unknown.error?.message).toBe('unknown deviceId/role');
    // The shared secret mints a fresh one.
    expect((await connect(gateway, { token, identity, scopes: upgrade })).ok).toBe(true);
  });
});

describe('the pairing store', () => {
  it('survives a restart in private files and is not read while running', async () => {
    const stateDir = resolveStateDir(tempDir(), {});
    const before = await startTestGateway({ stateDir });
    const identity = newTestIdentity();
    const scopes = ['operator.read'];
    const hello = await helloAs(await openRaw(before.url), { token, identity, scopes });
    await before.gateway.stop('restart');
    expect((await stat(stateDir.devicesPaired)).mode & 0o777).toBe(0o600);
    const stored = pairedFileSchema.parse(
      JSON.parse(await readFile(stateDir.devicesPaired, 'utf8')),
    );
    expect(stored[identity.deviceId]?.tokens?.operator?.token).toBe(hello.auth?.deviceToken);

    const after = await startTestGateway({ stateDir });
    await writeFile(stateDir.devicesPaired, '{}');
    const byToken = { identity, token: hello.auth?.deviceToken ?? '', scopes };
    expect((await connect(after, byToken)).ok).toBe(true);
  });

  it('trusts nobody when it is damaged, and keeps the damaged file', async () => {
    const stateDir = resolveStateDir(tempDir(), {});
    await writePrivateFile(stateDir.devicesPaired, '{"x": 1');
    const gateway = await startTestGateway({ stateDir });
    expect(gateway.devices.list()).toEqual({ pending: [], paired: [] });
    expect(gateway.log.lines.map((line) => line.event)).toContain('store.damaged');
    expect(await readFile(`${stateDir.devicesPaired}.damaged`, 'utf8')).toBe('{"x": 1');
  });

  it('shares writes: a hundred changes end on disk in a few of them', async () => {
    const gateway = await startTestGateway();
    const identities = Array.from({ length: 100 }, newTestIdentity);
    await Promise.all(identities.map((identity) => connect(gateway, asNode(identity))));
    await gateway.devices.saved();
    const text = await readFile(gateway.stateDir.devicesPaired, 'utf8');
    expect(Object.keys(JSON.parse(text))).toHaveLength(100);
  });
});
