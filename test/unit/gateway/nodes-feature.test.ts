import { expect, test } from 'vitest';
import type { FakeSession } from '#support/fake-gateway.ts';
import { createNodesBench, macNode, requestsOf } from '#support/gateway-nodes.ts';

const paired = {
  pairedNodes: () => [
    { nodeId: 'mac', givenName: null, displayName: 'mac', platform: 'darwin', remoteIp: null },
  ],
  rename: async (nodeId: string) => nodeId === 'mac',
  onChange: () => () => undefined,
};

function setup(directory = paired) {
  const bench = createNodesBench(directory);
  const { gateway, feature } = bench;
  gateway.use(feature);
  const operator = gateway.connect({ scopes: ['operator.write'], deviceId: 'cli' });
  const node = gateway.connect(macNode());
  const invoke = (params: object = {}, by: FakeSession = operator) =>
    gateway.call(by, 'node.invoke', {
      nodeId: 'mac',
      command: 'system.which',
      idempotencyKey: `k${keys++}`,
      ...params,
    });
  let keys = 0;
  /** Answers the latest request the node got. */
  const answer = (result: object = { ok: true, payloadJSON: '{}' }, by: FakeSession = node) =>
    gateway.call(by, 'node.invoke.result', {
      id: requestsOf(by).at(-1)?.id,
      nodeId: 'mac',
      ...result,
    });
  return { ...bench, operator, node, invoke, answer };
}

test('a node gets the voice wake words right after hello, an operator does not', () => {
  const { node, operator } = setup();
  expect(node.events).toEqual([
    { event: 'voicewake.changed', payload: { triggers: ['openclaw'] } },
  ]);
  expect(operator.events).toEqual([]);
});

test('node.list and node.describe tell the same facts', async () => {
  const { gateway, operator, clock } = setup();
  const list = (await gateway.call(operator, 'node.list')) as { ts: number; nodes: object[] };
  expect(list.ts).toBe(clock.now());
  expect(list.nodes).toHaveLength(1);
  expect(await gateway.call(operator, 'node.describe', { nodeId: 'mac' })).toEqual({
    ts: clock.now(),
    ...list.nodes[0],
  });
});

test('an unknown node has its own error', async () => {
  const { gateway, operator } = setup();
  const unknown = { code: 'INVALID_REQUEST', message: 'unknown nodeId' };
  await expect(gateway.call(operator, 'node.describe', { nodeId: 'x' })).rejects.toMatchObject(
    unknown,
  );
  await expect(
    gateway.call(operator, 'node.rename', { nodeId: 'x', displayName: 'y' }),
  ).rejects.toMatchObject(unknown);
});

test('a name is trimmed and may not be blank', async () => {
  const { gateway, operator } = setup();
  const rename = (displayName: string) =>
    gateway.call(operator, 'node.rename', { nodeId: 'mac', displayName });
  expect(await rename(' desk ')).toEqual({ nodeId: 'mac', displayName: 'desk' });
  await expect(rename('  ')).rejects.toMatchObject({ message: 'displayName required' });
});

test('an invoke reaches the node and its answer the operator (node-connect-invoke-ok)', async () => {
  const { node, invoke, answer } = setup();
  const result = invoke({ command: 'system.notify', params: { title: 'Hi' }, timeoutMs: 5000 });
  expect(requestsOf(node)[0]).toMatchObject({ paramsJSON: '{"title":"Hi"}', timeoutMs: 5000 });
  expect(await answer({ ok: true, payloadJSON: '{"echo":1}' })).toEqual({ ok: true });
  expect(JSON.stringify(await result)).toBe(
    JSON.stringify({
      ok: true,
      nodeId: 'mac',
      command: 'system.notify',
      payload: { echo: 1 },
      payloadJSON: '{"echo":1}',
    }),
  );
});

test.each<[string, object, unknown, string | null]>([
  ['an object', { payload: { a: 1 }, payloadJSON: null, error: null }, { a: 1 }, null],
  ['text that is no JSON', { payloadJSON: 'oops' }, { payloadJSON: 'oops' }, 'oops'],
  ['empty text', { payload: 3, payloadJSON: '' }, 3, ''],
  ['a non-string payloadJSON', { payloadJSON: [1] }, [1], null],
])('a node may answer with %s', async (_what, result, payload, payloadJSON) => {
  const { invoke, answer } = setup();
  const response = invoke();
  await answer({ ok: true, ...result });
  expect(await response).toMatchObject({ ok: true, payload, payloadJSON });
});

test.each<[string, object, object]>([
  [
    'its message and error',
    { error: { code: 'NODE_BACKGROUND_UNAVAILABLE', message: 'canvas unavailable' } },
    {
      message: 'canvas unavailable',
      details: {
        nodeError: { code: 'NODE_BACKGROUND_UNAVAILABLE', message: 'canvas unavailable' },
      },
    },
  ],
  [
    'a plain text when it gives none',
    {},
    { message: 'node invoke failed', details: { nodeError: null } },
  ],
])('a failing node reaches the operator as UNAVAILABLE with %s', async (_what, result, error) => {
  const { invoke, answer } = setup();
  const response = expect(invoke()).rejects.toMatchObject({ code: 'UNAVAILABLE', ...error });
  await answer({ ok: false, ...result });
  await response;
});

test('a timeout, a lost node and an absent node each have their recorded error', async () => {
  const { gateway, clock, node, invoke, answer } = setup();
  const timeout = {
    code: 'UNAVAILABLE',
    message: 'node invoke timed out',
    details: { nodeError: { code: 'TIMEOUT', message: 'node invoke timed out' } },
  };
  const late = expect(invoke({ timeoutMs: 300 })).rejects.toMatchObject(timeout);
  clock.advance(300);
  await late;
  expect(await answer()).toEqual({ ok: true, ignored: true });
  const lost = expect(invoke({ timeoutMs: 5000 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'Error: node disconnected (system.which)',
    details: undefined,
  });
  gateway.disconnect(node);
  await lost;
  await expect(invoke()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'node not connected',
    details: { code: 'NOT_CONNECTED' },
  });
});

test('a command policy refuses names the reason and the command', async () => {
  const { invoke } = setup();
  await expect(invoke({ command: 'my.custom' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'node command not allowed',
    details: { reason: 'command not allowlisted', command: 'my.custom' },
  });
});

test('a node can only answer in its own name', async () => {
  const { invoke, answer } = setup();
  void invoke();
  await expect(answer({ ok: true, nodeId: 'other' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'nodeId mismatch',
  });
  await expect(answer({ ok: true, bogus: 1 })).rejects.toMatchObject({
    message: "invalid node.invoke.result params: at root: unexpected property 'bogus'",
  });
});

test('the same key runs a command once, for the caller who waits and the one who asks again', async () => {
  const { gateway, node, invoke, answer } = setup();
  const first = invoke({ idempotencyKey: 'same', params: { a: 1 } });
  const second = invoke({ idempotencyKey: 'same', params: { a: 1 } });
  await answer({ ok: true, payloadJSON: '{"n":1}' });
  expect(await second).toEqual(await first);
  const again = gateway.connect({ scopes: ['operator.write'], deviceId: 'cli' });
  expect(await invoke({ idempotencyKey: 'same', params: { a: 1 } }, again)).toEqual(await first);
  expect(requestsOf(node)).toHaveLength(1);
});

test('a caller that reconnects while the command runs gets its answer, not a second run', async () => {
  const { gateway, operator, node, invoke, answer } = setup();
  void invoke({ idempotencyKey: 'same' });
  gateway.disconnect(operator);
  const back = gateway.connect({ scopes: ['operator.write'], deviceId: 'cli' });
  const result = invoke({ idempotencyKey: 'same' }, back);
  await answer({ ok: true, payloadJSON: '1' });
  expect(await result).toMatchObject({ payload: 1 });
  expect(requestsOf(node)).toHaveLength(1);
});

test('a failure is repeated too, since the command may have run', async () => {
  const { clock, node, invoke } = setup();
  for (let i = 0; i < 2; i += 1) {
    const response = expect(
      invoke({ idempotencyKey: 'same', timeoutMs: 10 }),
    ).rejects.toMatchObject({
      message: 'node invoke timed out',
    });
    clock.advance(10);
    await response;
  }
  expect(requestsOf(node)).toHaveLength(1);
});

test('a call that was never sent may be tried again under its key', async () => {
  const { gateway, node, invoke } = setup();
  gateway.disconnect(node);
  await expect(invoke({ idempotencyKey: 'same' })).rejects.toMatchObject({
    message: 'node not connected',
  });
  const back = gateway.connect(macNode());
  void invoke({ idempotencyKey: 'same' });
  expect(requestsOf(back)).toHaveLength(1);
});

test('a key that was used for something else is an error', async () => {
  const { invoke } = setup();
  void invoke({ idempotencyKey: 'same' });
  await expect(invoke({ idempotencyKey: 'same', params: {} })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
});

test('the newer of two connections with one identity gets the calls and keeps them', async () => {
  const { gateway, node, invoke, answer } = setup();
  const newer = gateway.connect(macNode());
  gateway.disconnect(node);
  const result = invoke();
  await answer({ ok: true, payloadJSON: '"B"' }, newer);
  expect(await result).toMatchObject({ payload: 'B' });
});

test('system.execApprovals.set passes through: the node asks a person', async () => {
  const { node, invoke } = setup();
  void invoke({ command: 'system.execApprovals.set', params: { file: { version: 1 } } });
  expect(requestsOf(node)[0]?.command).toBe('system.execApprovals.set');
});

test('exec events of a node are handed on, others are acknowledged and dropped', async () => {
  const { gateway, node, reports, logger } = setup();
  const event = (params: object) => gateway.call(node, 'node.event', params);
  const payload = { sessionKey: 'main', runId: 'r1', host: 'node', command: 'ls', exitCode: 0 };
  const text = JSON.stringify(payload);
  expect(await event({ event: 'exec.finished', payloadJSON: text })).toEqual({ ok: true });
  expect(await event({ event: 'exec.started', payload })).toEqual({ ok: true });
  expect(await event({ event: 'x', payload: null })).toEqual({ ok: true });
  expect(await event({ event: 'exec.denied', payloadJSON: '{' })).toEqual({ ok: true });
  expect(reports).toEqual([
    { nodeId: 'mac', event: 'exec.finished', payload },
    { nodeId: 'mac', event: 'exec.started', payload },
  ]);
  expect(logger.lines.map((line) => line.event)).toEqual(['gateway.node-event.unreadable']);
  await expect(event({ event: 'exec.denied', payloadJSON: null })).rejects.toMatchObject({
    message: 'invalid node.event params: at /payloadJSON: must be string',
  });
});

test('stopping the feature leaves no timer behind', async () => {
  const { clock, feature, invoke, answer } = setup();
  const done = invoke();
  await answer();
  await done;
  const failed = expect(invoke()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  feature.stop?.();
  await failed;
  expect(clock.waiting).toBe(0);
});
