import { expect, test } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import { createApprovalGrants } from '#host/gateway/approval-grants.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import { createNodesFeature } from '#host/gateway/features/nodes.ts';
import type { GatewayCore } from '#host/gateway/gateway.ts';
import { createInvocations } from '#host/gateway/invocations.ts';
import { createNodeRegistry } from '#host/gateway/node-registry.ts';
import type { DeviceIdentity } from '#host/node/types.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import type { ExecApprovalRequested } from '#protocol/gateway-approvals.ts';
import {
  type NodeInvokeRequest,
  nodeInvokeResponseSchema,
  nodeListResultSchema,
} from '#protocol/gateway-nodes.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { emptyDirectory } from '#support/gateway-nodes.ts';
import {
  type ConnectAs,
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

const allScopes = ['operator.admin', 'operator.approvals', 'operator.pairing'];

async function setup() {
  const log = createFakeLogger();
  const clock = systemClock;
  const ids = systemIds;
  const hasher = systemHasher;
  const desk = createApprovalQueue({ clock, ids, hasher, log });
  const grants = createApprovalGrants({ clock });
  const registry = createNodeRegistry({
    directory: emptyDirectory,
    commandLists: () => ({ allow: ['my.custom'], deny: [] }),
  });
  const { url } = await startTestGateway({
    features: ({ broadcaster }: GatewayCore) => {
      const { sendTo } = broadcaster;
      const invocations = createInvocations({ clock, ids, registry, sendTo });
      return [
        createNodesFeature({
          clock,
          hasher,
          logger: log,
          broadcaster,
          registry,
          invocations,
          voicewakeTriggers: () => ['openclaw'],
        }),
        createExecApprovalsFeature({
          clock,
          ids,
          hasher,
          broadcaster,
          desk,
          grants,
          // As an exec host beside it would; what that freezes has tests of its own.
          foresee: async ({ text }) => ({
            digests: new Set([text]),
            facts: null,
            isOnceOnly: false,
            granted: () => null,
          }),
          hasRunInFlight: invocations.hasRunInFlight,
        }),
      ];
    },
  });
  const connect = async (as: ConnectAs): Promise<RawGatewayClient> => {
    const raw = await openRaw(url);
    await helloAs(raw, { token: testToken, identity: newTestIdentity(), ...as });
    return raw;
  };
  const operator = (as: ConnectAs = {}) => connect({ scopes: allScopes, ...as });
  const node = (identity: DeviceIdentity, as: ConnectAs = {}) =>
    connect({
      role: 'node',
      identity,
      commands: ['system.run', 'system.which', 'my.custom'],
      caps: ['system'],
      ...as,
    });
  return { url, operator, node, desk, grants };
}

let keys = 0;
function invoke(by: RawGatewayClient, nodeId: string, params: object = {}) {
  return by.request('node.invoke', {
    nodeId,
    command: 'my.custom',
    idempotencyKey: `key-${++keys}`,
    ...params,
  });
}

/** Takes the next call and answers it with `payload`. */
async function serve(node: RawGatewayClient, nodeId: string, payload: unknown) {
  const request = (await node.nextEvent('node.invoke.request')).payload as NodeInvokeRequest;
  const payloadJSON = JSON.stringify(payload);
  await node.request('node.invoke.result', { id: request.id, nodeId, ok: true, payloadJSON });
  return request;
}

test('an invoke travels operator, Gateway, node and back', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const mac = await node(identity);
  const op = await operator();
  const result = invoke(op, identity.deviceId, { params: { n: 1 }, timeoutMs: 5000 });
  const request = await serve(mac, identity.deviceId, { echo: 1 });
  expect(request).toMatchObject({ paramsJSON: '{"n":1}', timeoutMs: 5000 });
  expect(nodeInvokeResponseSchema.parse((await result).payload)).toEqual({
    ok: true,
    nodeId: identity.deviceId,
    command: 'my.custom',
    payload: { echo: 1 },
    payloadJSON: '{"echo":1}',
  });
  expect(mac.frames[1]).toMatchObject({ type: 'res', ok: true, payload: { type: 'hello-ok' } });
  expect((await mac.nextEvent('voicewake.changed')).payload).toEqual({ triggers: ['openclaw'] });
});

test('node.list shows who is connected, and no longer when it is gone', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const mac = await node(identity);
  const op = await operator();
  const list = async () =>
    nodeListResultSchema.parse((await op.request('node.list', {})).payload).nodes;
  expect(await list()).toMatchObject([
    { nodeId: identity.deviceId, commands: ['my.custom', 'system.run', 'system.which'] },
  ]);
  const lost = invoke(op, identity.deviceId);
  await mac.nextEvent('node.invoke.request');
  mac.close();
  expect((await lost).error).toEqual({
    code: 'UNAVAILABLE',
    message: 'Error: node disconnected (my.custom)',
  });
  expect(await list()).toEqual([]);
});

test('timeouts fire on time, 0 at once, and a late answer is ignored', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const mac = await node(identity);
  const op = await operator();
  const error = {
    code: 'UNAVAILABLE',
    message: 'node invoke timed out',
    details: { nodeError: { code: 'TIMEOUT', message: 'node invoke timed out' } },
  };
  expect((await invoke(op, identity.deviceId, { timeoutMs: 0 })).error).toEqual(error);
  const startedAt = performance.now();
  expect((await invoke(op, identity.deviceId, { timeoutMs: 100 })).error).toEqual(error);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(99);
  const { id } = (await mac.nextEvent('node.invoke.request')).payload as NodeInvokeRequest;
  const late = await mac.request('node.invoke.result', { id, nodeId: identity.deviceId, ok: true });
  expect(late.payload).toEqual({ ok: true, ignored: true });
});

test('of two connections with one identity the newer serves, and the older may leave', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const older = await node(identity);
  const newer = await node(identity);
  const op = await operator();
  const first = invoke(op, identity.deviceId);
  await serve(newer, identity.deviceId, 'B');
  expect((await first).payload).toMatchObject({ payload: 'B' });
  older.close();
  await older.closed;
  const second = invoke(op, identity.deviceId);
  await serve(newer, identity.deviceId, 'still B');
  expect((await second).payload).toMatchObject({ payload: 'still B' });
  expect(
    older.frames.filter((one) => 'event' in one && one.event === 'node.invoke.request'),
  ).toEqual([]);
});

test('one key runs once, across connections of one device, in flight and afterwards', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const mac = await node(identity);
  const device = newTestIdentity();
  const first = await operator({ identity: device });
  const second = await operator({ identity: device });
  const stranger = await operator();
  const call = { idempotencyKey: 'same', params: { a: 1 } };
  const answers = [invoke(first, identity.deviceId, call), invoke(second, identity.deviceId, call)];
  await serve(mac, identity.deviceId, 1);
  const [one, two] = await Promise.all(answers);
  expect(two?.payload).toEqual(one?.payload);
  expect((await invoke(second, identity.deviceId, call)).payload).toEqual(one?.payload);
  expect(
    (await invoke(first, identity.deviceId, { ...call, params: { a: 2 } })).error,
  ).toMatchObject({ code: 'INVALID_REQUEST' });
  const other = invoke(stranger, identity.deviceId, call);
  await serve(mac, identity.deviceId, 2);
  expect((await other).payload).toMatchObject({ payload: 2 });
});

test('256 calls at once all get their own answer, whatever the order of the answers', async () => {
  const { operator, node } = await setup();
  const identity = newTestIdentity();
  const mac = await node(identity);
  const op = await operator();
  const calls = Array.from({ length: 256 }, (_, n) =>
    invoke(op, identity.deviceId, { params: { n } }),
  );
  const requests: NodeInvokeRequest[] = [];
  for (const _ of calls) {
    requests.push((await mac.nextEvent('node.invoke.request')).payload as NodeInvokeRequest);
  }
  for (const { id, paramsJSON } of requests.reverse()) {
    const params = { id, nodeId: identity.deviceId, ok: true, payloadJSON: paramsJSON };
    mac.send({ type: 'req', id: `answer-${id}`, method: 'node.invoke.result', params });
  }
  const answers = await Promise.all(calls);
  expect(answers.map((one) => (one.payload as { payload: unknown }).payload)).toEqual(
    calls.map((_, n) => ({ n })),
  );
});

test('the first of two operators decides, and the other is cleared at once', async () => {
  const { operator, grants } = await setup();
  const asker = await operator({ client: { id: 'cli', mode: 'cli' } });
  const left = await operator({ client: { mode: 'ui', displayName: 'left' } });
  const right = await operator({ client: { mode: 'ui', displayName: 'right' } });
  const answer = asker.request('exec.approval.request', { command: 'uname -a', agentId: 'main' });
  const seen = (await right.nextEvent('exec.approval.requested')).payload as ExecApprovalRequested;
  await left.nextEvent('exec.approval.requested');

  const decidedAt = performance.now();
  const [first, second] = await Promise.all([
    left.request('exec.approval.resolve', { id: seen.id, decision: 'allow-once' }),
    right.request('exec.approval.resolve', { id: seen.id, decision: 'deny' }),
  ]);
  const cleared = await right.nextEvent('exec.approval.resolved');
  expect(performance.now() - decidedAt).toBeLessThan(2_500); // A poll would come later.
  const winner = first.ok ? 'left' : 'right';
  expect([first.ok, second.ok].filter(Boolean)).toHaveLength(1);
  expect((first.ok ? second : first).error).toMatchObject({ message: 'approval already resolved' });
  expect(cleared.payload).toMatchObject({ id: seen.id, resolvedBy: winner });
  expect((await answer).payload).toMatchObject({
    id: seen.id,
    decision: first.ok ? 'allow-once' : 'deny',
  });
  const facts = {
    digest: 'uname -a',
    cwd: null,
    agentId: 'main',
    sessionKey: null,
    nodeId: 'any',
    envKeys: [],
  };
  expect(grants.consume(facts)?.approvalId ?? null).toBe(first.ok ? seen.id : null);
  expect(grants.consume(facts)).toBeNull();
});

test('the asker itself cannot allow, on any of its connections', async () => {
  const { operator, desk } = await setup();
  const agent = newTestIdentity();
  const asker = await operator({ identity: agent });
  const again = await operator({ identity: agent, client: { mode: 'ui' } });
  void asker.request('exec.approval.request', { id: 'mine', command: 'id', timeoutMs: 60_000 });
  await again.nextEvent('exec.approval.requested');
  const refused = await again.request('exec.approval.resolve', {
    id: 'mine',
    decision: 'allow-once',
  });
  expect(refused.error).toMatchObject({
    code: 'INVALID_REQUEST',
    details: { reason: 'SELF_APPROVAL' },
  });
  expect(desk.list()).toHaveLength(1);
  expect((await asker.request('exec.approval.resolve', { id: 'mine', decision: 'deny' })).ok).toBe(
    true,
  );
});

test('a two-phase request gets two answers under one id', async () => {
  const { operator } = await setup();
  const asker = await operator();
  const ui = await operator();
  const params = { id: 'two', command: 'id', twoPhase: true };
  const accepted = await asker.request('exec.approval.request', params, 'r-two');
  expect(accepted.payload).toMatchObject({ status: 'accepted', id: 'two' });
  const final = asker.response('r-two');
  await ui.request('exec.approval.resolve', { id: 'two', decision: 'allow-once' });
  expect((await final).payload).toMatchObject({ id: 'two', decision: 'allow-once' });
});

test('a requester that hangs up takes its question away from everybody at once', async () => {
  const { operator } = await setup();
  const asker = await operator();
  const ui = await operator();
  asker.send({
    type: 'req',
    id: 'r',
    method: 'exec.approval.request',
    params: { id: 'gone', command: 'id' },
  });
  await ui.nextEvent('exec.approval.requested');
  const at = performance.now();
  asker.close();
  expect((await ui.nextEvent('exec.approval.resolved')).payload).toMatchObject({
    id: 'gone',
    decision: null,
    outcome: 'cancelled',
  });
  expect(performance.now() - at).toBeLessThan(2_500); // A poll would come later.
});
