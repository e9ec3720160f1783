import { expect, test } from 'vitest';
import type { PolicySnapshot } from '#core/policy/types.ts';
import { createExecApprovalsFileFeature } from '#host/gateway/features/exec-approvals-file.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createNodesBench, macNode, requestsOf } from '#support/gateway-nodes.ts';

const rule = {
  id: 'r1',
  pattern: '/usr/bin/uname',
  argPattern: '^-a$',
  cwd: '/work',
  expiresAt: 9,
  createdAt: 1,
  source: 'approval',
};

const document: ApprovalsDocument = {
  version: 1,
  socket: { path: '/s/exec-approvals.sock', token: 'SECRET' },
  defaults: { security: 'allowlist' },
  agents: { main: { allowlist: [rule] } },
};

function setup(options: { exists?: boolean; confirm?: boolean } = {}) {
  const bench = createNodesBench();
  let snapshot: PolicySnapshot = {
    path: '/s/exec-approvals.json',
    exists: options.exists ?? true,
    hash: 'hash-1',
    document,
    problem: null,
  };
  const asked: { before: ApprovalsDocument; after: ApprovalsDocument; who: string }[] = [];
  const confirmed = Promise.withResolvers<void>();
  if (options.confirm !== undefined) confirmed.resolve();
  const store = {
    current: () => snapshot,
    replace: async (next: ApprovalsDocument, baseHash: string | null) => {
      if (baseHash !== snapshot.hash) throw new Error('wrong base');
      snapshot = { ...snapshot, exists: true, hash: 'hash-2', document: next };
      return snapshot;
    },
  };
  const logger = createFakeLogger();
  const feature = createExecApprovalsFileFeature({
    policy: store,
    invocations: bench.invocations,
    logger,
    confirmChange: async (before, after, who) => {
      asked.push({ before, after, who });
      await confirmed.promise;
      return options.confirm ?? true;
    },
  });
  bench.gateway.use(bench.feature, feature);
  const admin = bench.gateway.connect({
    deviceId: 'cli',
    scopes: ['operator.admin'],
    client: { displayName: 'cli' },
  });
  const call = (method: string, params?: object) =>
    bench.gateway.call(admin, `exec.approvals.${method}`, params);
  const edit = (hash: string) => {
    snapshot = { ...snapshot, hash };
  };
  return { ...bench, call, asked, confirmed, edit, store, logger };
}

const rerun = 're-run exec.approvals.get and retry';

test('get answers in the closed schema of FEB peers and never with the socket token', async () => {
  const { call } = setup();
  expect(await call('get')).toEqual({
    path: '/s/exec-approvals.json',
    exists: true,
    hash: 'hash-1',
    file: {
      version: 1,
      socket: { path: '/s/exec-approvals.sock' },
      defaults: { security: 'allowlist' },
      agents: { main: { allowlist: [{ id: 'r1', pattern: '/usr/bin/uname' }] } },
    },
  });
});

test.each([
  ['no hash', {}, `exec approvals base hash required; ${rerun}`],
  ['a wrong hash', { baseHash: 'bad' }, `exec approvals changed since last load; ${rerun}`],
])('set with %s conflicts before anybody is asked', async (_what, extra, message) => {
  const { call, asked, store } = setup();
  await expect(call('set', { file: { version: 1 }, ...extra })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message,
  });
  expect(asked).toEqual([]);
  expect(store.current().hash).toBe('hash-1');
});

test('a document that is not there yet needs no hash, but a wrong one conflicts', async () => {
  const { call } = setup({ exists: false, confirm: true });
  await expect(call('set', { file: { version: 1 }, baseHash: 'bad' })).rejects.toMatchObject({
    message: `exec approvals changed since last load; ${rerun}`,
  });
  expect(await call('set', { file: { version: 1 } })).toMatchObject({ exists: true });
});

test('S17: set changes nothing without agreement, and the change asked about is the one stored', async () => {
  const no = setup({ confirm: false });
  await expect(no.call('set', { file: { version: 1 }, baseHash: 'hash-1' })).rejects.toMatchObject({
    message: 'exec approvals not changed: a person must allow it',
  });
  expect(no.store.current().document).toBe(document);

  const yes = setup({ confirm: true });
  const file = { version: 1, defaults: { security: 'full' } };
  expect(await yes.call('set', { file, baseHash: 'hash-1' })).toMatchObject({ hash: 'hash-2' });
  expect(yes.asked).toEqual([{ before: document, after: file, who: 'cli' }]);
  expect(yes.store.current().document).toEqual(file);
  expect(yes.logger.lines.map((line) => line.event)).toEqual(['gateway.approvals.set']);
});

test('S17: a round trip through the closed schema keeps every rule as narrow as it was', async () => {
  const { call, asked } = setup({ confirm: true });
  const { file } = (await call('get')) as { file: object };
  await call('set', { file, baseHash: 'hash-1' });
  expect(asked[0]?.after.agents).toEqual(document.agents);
});

test('S17: while a person is asked, whoever wants the change counts as waiting for it', async () => {
  const { call, confirmed, invocations } = setup();
  const set = call('set', { file: { version: 1 }, baseHash: 'hash-1' });
  expect(invocations.hasRunInFlight('cli')).toBe(true);
  confirmed.resolve();
  await set;
  expect(invocations.hasRunInFlight('cli')).toBe(false);
});

test('a document that changed while a person was asked is not overwritten', async () => {
  const { call, confirmed, edit, store } = setup();
  const set = expect(
    call('set', { file: { version: 1 }, baseHash: 'hash-1' }),
  ).rejects.toMatchObject({
    message: `exec approvals changed since last load; ${rerun}`,
  });
  edit('hash-x');
  confirmed.resolve();
  await set;
  expect(store.current().hash).toBe('hash-x');
});

test('node.get and node.set relay to the node and answer with its snapshot', async () => {
  const { gateway, call } = setup();
  const node = gateway.connect(macNode());
  const snapshot = { path: '/p', exists: true, hash: 'h', file: { version: 1 } };
  const answer = () =>
    gateway.call(node, 'node.invoke.result', {
      id: requestsOf(node).at(-1)?.id,
      nodeId: 'mac',
      ok: true,
      payloadJSON: JSON.stringify(snapshot),
    });
  const got = call('node.get', { nodeId: 'mac' });
  await answer();
  expect(await got).toEqual(snapshot);
  const set = call('node.set', { nodeId: 'mac', file: { version: 1 }, baseHash: 'h' });
  await answer();
  expect(await set).toEqual(snapshot);
  expect(requestsOf(node).map(({ id: _id, ...rest }) => rest)).toEqual([
    { nodeId: 'mac', command: 'system.execApprovals.get', paramsJSON: '{}' },
    {
      nodeId: 'mac',
      command: 'system.execApprovals.set',
      paramsJSON: '{"file":{"version":1},"baseHash":"h"}',
    },
  ]);
});

test('failures of the relay have their recorded errors (exec-approvals-get-set)', async () => {
  const { gateway, call } = setup();
  await expect(call('node.get', { nodeId: 'nope' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'node not connected',
    details: { nodeError: { code: 'NOT_CONNECTED', message: 'node not connected' } },
  });
  const bare = gateway.connect(macNode('bare', { connect: { commands: ['system.run'] } }));
  await expect(call('node.get', { nodeId: 'bare' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    details: { reason: 'command not declared by node', command: 'system.execApprovals.get' },
  });
  expect(requestsOf(bare)).toEqual([]);

  const node = gateway.connect(macNode());
  const message = 'Error: INVALID_REQUEST: exec approvals base hash required; reload and retry';
  const failed = expect(
    call('node.set', { nodeId: 'mac', file: { version: 1 } }),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message,
    details: { nodeError: { code: 'INVALID_REQUEST', message } },
  });
  await gateway.call(node, 'node.invoke.result', {
    id: requestsOf(node)[0]?.id,
    nodeId: 'mac',
    ok: false,
    error: { code: 'INVALID_REQUEST', message },
  });
  await failed;

  const garbage = expect(call('node.get', { nodeId: 'mac' })).rejects.toMatchObject({
    message: 'the node answered with text that is no JSON',
  });
  await gateway.call(node, 'node.invoke.result', {
    id: requestsOf(node).at(-1)?.id,
    nodeId: 'mac',
    ok: true,
    payloadJSON: '{',
  });
  await garbage;
});
