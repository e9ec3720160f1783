import { describe, expect, it, vi } from 'vitest';
import type { PairingAnswer, PairingRequest } from '#core/pairing/types.ts';
import {
  nodePairApproveResultSchema,
  nodePairRequestResultSchema,
} from '#protocol/gateway-nodes.ts';
import { type InProcessCompanion, startInProcess } from '#support/in-process-companion.ts';
import { startMiniGateway } from '#support/mini-gateway.ts';
import { wireDevice, wireNode } from '#support/pairing.ts';
import {
  type ConnectAs,
  connectAs,
  helloAs,
  newTestIdentity,
  openRaw,
} from '#support/raw-gateway-client.ts';

const ann = { surface: 'window', who: 'ann' } as const;
const remote = { headers: { 'x-forwarded-for': '192.0.2.7' } };

/** Somebody whom our Gateway does not let in by itself. */
async function knock(running: InProcessCompanion, over: Partial<ConnectAs> = {}) {
  const as: ConnectAs = {
    token: running.token(),
    identity: newTestIdentity(),
    scopes: ['operator.read'],
    client: { displayName: 'build box' },
    ...over,
  };
  const answer = await connectAs(await openRaw(running.url, remote), as);
  expect(answer.error?.code).toBe('NOT_PAIRED');
  return as;
}

function waiting({ companion }: InProcessCompanion): Promise<PairingRequest> {
  return vi.waitFor(() => {
    const [first] = companion.pairing.list();
    if (!first) throw new Error('nobody waits');
    return first;
  });
}

const answerOf = (
  { kind, requestId, digest }: PairingRequest,
  decision: PairingAnswer['decision'],
): PairingAnswer => ({ kind, requestId, digest, decision });

describe('pairing at our own Gateway (gateway §7.1)', () => {
  it('a device from elsewhere waits for a person, and comes in once approved', async () => {
    const running = await startInProcess();
    const { companion } = running;
    const as = await knock(running);
    const request = await waiting(running);
    expect(request).toMatchObject({
      kind: 'device',
      subjectId: as.identity?.deviceId,
      name: 'build box',
      roles: ['operator'],
      scopes: ['operator.read'],
      isRepair: false,
    });
    const marked = companion.connection.mark();
    expect(await companion.pairing.decide(answerOf(request, 'approve'), ann)).toBe('done');
    expect(companion.pairing.list()).toEqual([]);
    expect((await connectAs(await openRaw(running.url, remote), as)).ok).toBe(true);
    await vi.waitFor(() => expect(companion.connection.mark()).toBeGreaterThan(marked));
    expect(companion.audit.query({ limit: 1 })).toMatchObject([
      { outcome: 'allowed', decidedBy: 'person', surface: 'window:ann', transport: 'companion' },
    ]);
    expect(running.told).toEqual([]);
  });

  it('a rejected one stays out, and a second answer is gone', async () => {
    const running = await startInProcess();
    const as = await knock(running);
    const request = await waiting(running);
    const { pairing } = running.companion;
    expect(await pairing.decide(answerOf(request, 'reject'), ann)).toBe('done');
    expect(await pairing.decide(answerOf(request, 'approve'), ann)).toBe('gone');
    expect((await connectAs(await openRaw(running.url, remote), as)).ok).toBe(false);
  });

  it('an answer given elsewhere ends it here, and a person is told', async () => {
    const running = await startInProcess();
    await knock(running);
    const { requestId } = await waiting(running);
    const other = await openRaw(running.url);
    await helloAs(other, {
      token: running.token(),
      identity: newTestIdentity(),
      scopes: ['operator.pairing', 'operator.read'],
    });
    expect((await other.request('device.pair.approve', { requestId })).ok).toBe(true);
    await vi.waitFor(() => expect(running.companion.pairing.list()).toEqual([]));
    expect(running.told).toMatchObject([
      { title: 'Device pairing approved', body: expect.stringContaining('"build box" (claimed)') },
    ]);
  });

  it('legacy node requests are shown and answered the same way', async () => {
    const running = await startInProcess();
    const other = await openRaw(running.url);
    const as = {
      token: running.token(),
      identity: newTestIdentity(),
      scopes: ['operator.pairing'],
    };
    await helloAs(other, as);
    await other.request('node.pair.request', { nodeId: 'phone', displayName: 'Phone' });
    const request = await waiting(running);
    expect(request).toMatchObject({ kind: 'node', subjectId: 'phone', name: 'Phone' });
    const { pairing } = running.companion;
    expect(await pairing.decide(answerOf(request, 'reject'), ann)).toBe('done');
    const resolved = await other.nextEvent('node.pair.resolved');
    expect(resolved.payload).toMatchObject({ decision: 'rejected', nodeId: 'phone' });
  });
});

describe('who is let in (app-features §12, Connection)', () => {
  it('lists devices with their roles, and nodes with what they offer', async () => {
    const running = await startInProcess();
    const { connection } = running.companion;
    const identity = newTestIdentity();
    const as = { token: running.token(), identity, scopes: ['operator.read'] };
    await helloAs(await openRaw(running.url), as);
    const devices = await connection.devices();
    expect(devices?.find(({ deviceId }) => deviceId === identity.deviceId)).toMatchObject({
      roles: [{ role: 'operator', scopes: ['operator.read'], isRevoked: false }],
    });
    const own = devices?.find(({ deviceId }) => deviceId === connection.deviceId);
    expect(own?.roles.map(({ role }) => role).toSorted()).toEqual(['node', 'operator']);
    const nodes = await connection.nodes();
    expect(nodes).toMatchObject([{ nodeId: connection.deviceId, isConnected: true }]);
    expect(nodes?.[0]?.commands).toContain('system.run');
  });

  it('revoking ends the connections of a device and is written down; our own is never revoked', async () => {
    const running = await startInProcess();
    const { connection, audit } = running.companion;
    const identity = newTestIdentity();
    const raw = await openRaw(running.url);
    await helloAs(raw, { token: running.token(), identity, scopes: ['operator.read'] });
    const target = { deviceId: identity.deviceId, role: 'operator' };
    const marked = connection.mark();
    expect(await connection.revoke(target, ann)).toBe(true);
    expect(await raw.closed).toEqual({ code: 1008, reason: 'device token revoked' });
    expect(connection.mark()).toBeGreaterThan(marked);
    const devices = await connection.devices();
    const device = devices?.find(({ deviceId }) => deviceId === identity.deviceId);
    expect(device?.roles).toMatchObject([{ role: 'operator', isRevoked: true }]);
    expect(audit.query({ limit: 1 })).toMatchObject([{ outcome: 'denied', surface: 'window:ann' }]);

    expect(await connection.revoke({ ...target, deviceId: 'unheard of' }, ann)).toBe(false);
    const self = { deviceId: connection.deviceId, role: 'operator' };
    expect(await connection.revoke(self, ann)).toBe(false);
    expect(connection.links().operator.kind).toBe('connected');
    expect(audit.query({})).toHaveLength(1);
  });

  /** Lets a node in by the older pairing (gateway §7.2), as an operator of another program does. */
  async function pairNode(running: InProcessCompanion, nodeId: string) {
    const raw = await openRaw(running.url);
    const scopes = ['operator.pairing'];
    await helloAs(raw, { token: running.token(), identity: newTestIdentity(), scopes });
    const asked = await raw.request('node.pair.request', { nodeId, displayName: 'Phone' });
    const { requestId } = nodePairRequestResultSchema.parse(asked.payload).request;
    const approved = await raw.request('node.pair.approve', { requestId });
    const { token } = nodePairApproveResultSchema.parse(approved.payload).node;
    const verify = async () =>
      (await raw.request('node.pair.verify', { nodeId, token })).payload as { ok: boolean };
    return { raw, verify };
  }

  const nodeOf = async ({ companion }: InProcessCompanion, nodeId: string) =>
    (await companion.connection.letIn()).nodes?.find((one) => one.nodeId === nodeId);

  it('a node of the older pairing is listed without its token; revoked, its token opens nothing', async () => {
    const running = await startInProcess();
    const { connection, audit } = running.companion;
    const { raw, verify } = await pairNode(running, 'phone');
    expect(await nodeOf(running, 'phone')).toEqual({
      nodeId: 'phone',
      name: 'Phone',
      platform: null,
      isConnected: false,
      commands: [],
      ways: ['pairing'],
    });
    expect(await verify()).toMatchObject({ ok: true });
    const marked = connection.mark();
    expect(await connection.revokeNode('phone', ann)).toBe(true);
    expect(await verify()).toEqual({ ok: false });
    expect((await raw.nextEvent('node.pair.resolved')).payload).toMatchObject({
      decision: 'approved',
    });
    expect((await raw.nextEvent('node.pair.resolved')).payload).toMatchObject({
      decision: 'removed',
      nodeId: 'phone',
    });
    expect(connection.mark()).toBeGreaterThan(marked);
    expect(await nodeOf(running, 'phone')).toBeUndefined();
    expect(audit.query({})).toMatchObject([
      {
        outcome: 'denied',
        surface: 'window:ann',
        commandText: 'Removed the pairing of the node phone',
      },
    ]);
    expect(await connection.revokeNode('phone', ann)).toBe(false);
    expect(audit.query({})).toHaveLength(1);
  });

  it('S23: revoking a node that is a device too takes both away and ends its connection at once', async () => {
    const running = await startInProcess();
    const { connection, audit } = running.companion;
    const identity = newTestIdentity();
    const node = await openRaw(running.url);
    const as = { token: running.token(), identity, role: 'node' };
    const { auth } = await helloAs(node, as);
    const { verify } = await pairNode(running, identity.deviceId);
    expect(await nodeOf(running, identity.deviceId)).toMatchObject({
      isConnected: true,
      ways: ['device', 'pairing'],
    });
    expect(await connection.revokeNode(identity.deviceId, ann)).toBe(true);
    expect((await node.closed).code).toBe(1008);
    expect(await verify()).toEqual({ ok: false });
    const old = { ...as, token: auth?.deviceToken ?? '' };
    expect((await connectAs(await openRaw(running.url), old)).ok).toBe(false);
    expect(await nodeOf(running, identity.deviceId)).toMatchObject({ ways: [] });
    expect(audit.query({}).map(({ commandText }) => commandText)).toEqual([
      `Removed the pairing of the node ${identity.deviceId}`,
      `Revoked the node token of the device ${identity.deviceId}`,
    ]);
  });

  it('S23: a node whose pairing is all it has loses its connection with it', async () => {
    const running = await startInProcess();
    const { connection } = running.companion;
    const node = await openRaw(running.url);
    // Without a device of its own it goes by the name of its program (gateway §8).
    await helloAs(node, { token: running.token(), role: 'node', client: { id: 'node-host' } });
    await pairNode(running, 'node-host');
    expect(await nodeOf(running, 'node-host')).toMatchObject({
      isConnected: true,
      ways: ['pairing'],
    });
    expect(await connection.revokeNode('node-host', ann)).toBe(true);
    expect(await node.closed).toEqual({ code: 1008, reason: 'node pairing removed' });
  });

  it('our own node is not revoked, whoever paired it: it says so instead', async () => {
    const running = await startInProcess();
    const { connection, audit } = running.companion;
    await pairNode(running, connection.deviceId);
    await expect(connection.revokeNode(connection.deviceId, ann)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('this companion itself'),
    });
    expect(connection.links().node.kind).toBe('connected');
    expect(await nodeOf(running, connection.deviceId)).toMatchObject({ isConnected: true });
    expect(audit.query({})).toEqual([]);
  });

  it('a node that comes and goes moves the mark', async () => {
    const running = await startInProcess();
    const { connection } = running.companion;
    const raises = async (deed: () => unknown) => {
      const before = connection.mark();
      await deed();
      await vi.waitFor(() => expect(connection.mark()).toBeGreaterThan(before));
    };
    const as = { token: running.token(), identity: newTestIdentity(), role: 'node' };
    // The second time it comes nothing is paired: only that it is there is news.
    for (let time = 0; time < 2; time += 1) {
      const raw = await openRaw(running.url);
      await raises(() => helloAs(raw, as));
      await raises(() => raw.close());
    }
  });
});

describe('at a Gateway that is not ours', () => {
  async function attached(
    answers: Readonly<Record<string, () => unknown>>,
    methods: readonly string[] = [],
  ) {
    const gateway = await startMiniGateway({ answers, methods });
    const running = await startInProcess({
      port: gateway.port,
      foreignCredentials: { token: 'shared' },
    });
    const { connection } = running.companion;
    await vi.waitFor(() => expect(connection.links().operator.kind).toBe('connected'));
    // The first operator only asked for its health.
    const operator = gateway.connections.findLast(({ params }) => params?.role === 'operator');
    if (!operator) throw new Error('no operator came');
    return { ...running, operator };
  }

  it('follows and answers its requests over the same connection', async () => {
    const pending = [wireDevice('d1')];
    const running = await attached({ 'device.pair.list': () => ({ pending, paired: [] }) });
    const request = await waiting(running);
    const { pairing } = running.companion;
    running.operator.event('node.pair.requested', wireNode('n1', { ts: request.atMs + 1 }));
    await vi.waitFor(() => expect(pairing.list()).toHaveLength(2));
    expect(await pairing.decide(answerOf(request, 'approve'), ann)).toBe('done');
    const { params } = await running.operator.nextRequest('device.pair.approve');
    expect(params).toEqual({ requestId: 'd1' });
  });

  it('has no token of ours to show or to replace', async () => {
    const { companion, configText } = await attached({});
    const before = configText();
    expect(companion.connection.mode).toBe('attached');
    expect(companion.connection.token()).toBeNull();
    await expect(companion.connection.replaceToken(ann)).rejects.toThrow('no token');
    expect(configText()).toBe(before);
  });

  const legacy = {
    'device.pair.list': () => ({ pending: [], paired: [] }),
    'node.list': () => ({ nodes: [] }),
    'node.pair.list': () => ({ pending: [], paired: [{ nodeId: 'phone', token: 'canary' }] }),
  };

  it('a node is revoked there by the method that the Gateway says it has', async () => {
    const running = await attached(legacy, ['node.pair.list', 'node.pair.remove']);
    const { connection } = running.companion;
    const { nodes } = await connection.letIn();
    expect(nodes).toMatchObject([{ nodeId: 'phone', ways: ['pairing'] }]);
    expect(JSON.stringify(nodes)).not.toContain('canary');
    expect(await connection.revokeNode('phone', ann)).toBe(true);
    const { params } = await running.operator.nextRequest('node.pair.remove');
    expect(params).toEqual({ nodeId: 'phone' });
  });

  it('a Gateway without that method is not asked for it', async () => {
    const running = await attached(legacy, ['node.pair.list']);
    const { connection } = running.companion;
    expect((await connection.letIn()).nodes).toMatchObject([{ nodeId: 'phone', ways: [] }]);
    expect(await connection.revokeNode('phone', ann)).toBe(false);
    expect(running.operator.requests.map(({ method }) => method)).not.toContain('node.pair.remove');
    expect(running.companion.audit.query({})).toEqual([]);
  });

  it('lists that make no sense are not shown, and take nothing down', async () => {
    const running = await attached({
      'device.pair.list': () => ({ pending: [{}, 7], paired: [null, { deviceId: 'x' }, paired] }),
      'node.list': () => ({ nodes: 'none' }),
    });
    const { connection, pairing } = running.companion;
    running.operator.event('device.pair.requested', { requestId: {} });
    running.operator.event('device.pair.resolved', null);
    expect(await connection.nodes()).toBeNull();
    expect(running.log.lines.map(({ event }) => event)).toContain('connection.list.unreadable');
    expect((await connection.devices())?.map(({ deviceId }) => deviceId)).toEqual(['good']);
    expect(pairing.list()).toEqual([]);
    expect(connection.links().operator.kind).toBe('connected');
  });
});

const paired = { deviceId: 'good', approvedAtMs: 1, tokens: [{ role: 'node', token: 'canary' }] };
