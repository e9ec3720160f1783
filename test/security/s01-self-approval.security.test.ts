import { expect, test } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalAsk } from '#core/approvals/types.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import type { FakeSession, FakeSessionOptions } from '#support/fake-gateway.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createNodesBench, macNode, requestsOf } from '#support/gateway-nodes.ts';

const scopes = ['operator.admin', 'operator.approvals', 'operator.write'];

const execAsk: ApprovalAsk = {
  kind: 'exec',
  subject: {
    commandText: '/usr/bin/id',
    argv: ['/usr/bin/id'],
    cwd: '/',
    executable: '/usr/bin/id',
    agentId: null,
    sessionKey: null,
    nodeId: 'mac',
    host: null,
    security: null,
    ask: null,
    env: {},
    why: 'No rule allows it.',
    risks: [],
    always: [],
  },
  planDigest: 'd',
  offered: ['allow-once', 'allow-always', 'deny'],
  timeoutMs: null,
};

function setup() {
  const bench = createNodesBench();
  const { clock, gateway } = bench;
  const ids = createFakeIds();
  const desk = createApprovalQueue({ clock, ids, hasher: fakeHasher, log: createFakeLogger() });
  gateway.use(
    bench.feature,
    createExecApprovalsFeature({
      clock,
      ids,
      hasher: fakeHasher,
      broadcaster: gateway.broadcaster,
      desk,
      grants: { add: () => undefined },
      foresee: () => null,
      hasRunInFlight: bench.invocations.hasRunInFlight,
    }),
  );
  const connect = (deviceId: string | null, extra: FakeSessionOptions = {}) =>
    gateway.connect({ deviceId, scopes, ...extra });
  const node = gateway.connect(macNode());
  const resolve = (by: FakeSession, id: string, decision = 'allow-once') =>
    gateway.call(by, 'exec.approval.resolve', { id, decision });
  const run = (by: FakeSession, timeoutMs = 60_000) =>
    gateway
      .call(by, 'node.invoke', {
        nodeId: 'mac',
        command: 'system.run',
        params: { command: ['/usr/bin/id'], approved: true, approvalDecision: 'allow-always' },
        timeoutMs,
        idempotencyKey: 'k',
      })
      .catch(() => undefined);
  return { ...bench, desk, connect, node, resolve, run };
}

const refused = { code: 'INVALID_REQUEST', details: { reason: 'SELF_APPROVAL' } };

test.each<[string, FakeSessionOptions]>([
  ['on the same connection', {}],
  ['on another connection', { client: { mode: 'test' } }],
  [
    'on another connection that calls itself a UI',
    { client: { id: 'openclaw-macos', mode: 'ui' } },
  ],
])('S1: the device that asked cannot allow its own request %s', async (_how, extra) => {
  const { gateway, desk, connect, resolve } = setup();
  const agent = connect('agent');
  void gateway.call(agent, 'exec.approval.request', { id: 'a', command: 'id' });
  const again = Object.keys(extra).length === 0 ? agent : connect('agent', extra);
  await expect(resolve(again, 'a')).rejects.toMatchObject(refused);
  await expect(resolve(again, 'a', 'allow-always')).rejects.toMatchObject(refused);
  expect(desk.list()).toHaveLength(1);
});

test('S1: it may withdraw it, and another device may allow it', async () => {
  const { gateway, connect, resolve } = setup();
  const agent = connect('agent');
  const first = gateway.call(agent, 'exec.approval.request', { id: 'a', command: 'id' });
  expect(await resolve(agent, 'a', 'deny')).toEqual({ ok: true });
  expect(await first).toMatchObject({ decision: 'deny' });
  const second = gateway.call(agent, 'exec.approval.request', { id: 'b', command: 'id' });
  expect(await resolve(connect('ui'), 'b')).toEqual({ ok: true });
  expect(await second).toMatchObject({ decision: 'allow-once' });
});

test('S1: clients without a device cannot vouch for each other', async () => {
  const { gateway, connect, resolve } = setup();
  void gateway.call(connect(null), 'exec.approval.request', { id: 'a', command: 'id' });
  await expect(resolve(connect(null), 'a')).rejects.toMatchObject(refused);
});

test('S1: a device whose own system.run raised a prompt cannot allow it, another one can', async () => {
  const { connect, desk, resolve, run } = setup();
  const agent = connect('agent');
  const ui = connect('ui');
  void run(agent);
  const { approval, outcome } = desk.ask(execAsk, new AbortController().signal);
  await expect(resolve(agent, approval.id)).rejects.toMatchObject(refused);
  await expect(resolve(connect('agent'), approval.id)).rejects.toMatchObject(refused);
  await resolve(ui, approval.id);
  expect(await outcome).toMatchObject({ kind: 'allowed', by: { who: 'test' } });
});

test('S17: a device whose policy change a node asks about cannot agree to it itself', async () => {
  const { gateway, connect, desk, resolve } = setup();
  const agent = connect('agent');
  void gateway
    .call(agent, 'node.invoke', {
      nodeId: 'mac',
      command: 'system.execApprovals.set',
      params: { file: { version: 1, defaults: { security: 'full' } } },
      idempotencyKey: 'k',
    })
    .catch(() => undefined);
  const { approval } = desk.ask(execAsk, new AbortController().signal);
  await expect(resolve(agent, approval.id)).rejects.toMatchObject(refused);
  expect(await resolve(connect('ui'), approval.id)).toEqual({ ok: true });
});

test.each<[string, (bench: ReturnType<typeof setup>, agent: FakeSession) => void]>([
  ['timing its call out', ({ clock }) => clock.advance(1)],
  ['closing its connection', ({ gateway }, agent) => gateway.disconnect(agent)],
])('S1: it does not get around that by %s', async (_how, trick) => {
  const bench = setup();
  const { connect, desk, resolve, run } = bench;
  connect('ui');
  const agent = connect('agent');
  const call = run(agent, 1);
  const { approval } = desk.ask(execAsk, new AbortController().signal);
  trick(bench, agent);
  await expect(resolve(connect('agent'), approval.id)).rejects.toMatchObject(refused);
  bench.clock.advance(1);
  await call;
});

test('S1: once its run is answered, a device may decide about others again', async () => {
  const { gateway, connect, desk, node, resolve, run } = setup();
  const ui = connect('ui');
  const call = run(ui);
  const id = requestsOf(node)[0]?.id;
  await gateway.call(node, 'node.invoke.result', { id, nodeId: 'mac', ok: true });
  await call;
  const { approval } = desk.ask(execAsk, new AbortController().signal);
  expect(await resolve(ui, approval.id)).toEqual({ ok: true });
});

test('S1: a claimed approval travels as it is and creates no grant on the way', () => {
  const { connect, node, run } = setup();
  void run(connect('agent'));
  expect(requestsOf(node)[0]?.paramsJSON).toContain('"approved":true');
});
