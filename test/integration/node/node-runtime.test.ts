import { expect, test } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import type { NodeFlavor } from '#host/node/node-error.ts';
import { createNodeRuntime, type NodeRuntime } from '#host/node/node-runtime.ts';
import type { NodeCommandHandler, NodeInvocation } from '#host/node/types.ts';
import { systemIds } from '#host/system.ts';
import { type MiniGatewayOptions, startMiniGateway } from '#support/mini-gateway.ts';
import { createTestLink } from '#support/test-link.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

async function startNode(
  commands: Readonly<Record<string, NodeCommandHandler>>,
  options: MiniGatewayOptions & { readonly flavor?: NodeFlavor } = {},
) {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway(options);
  const { link, deviceId, log, state } = await createTestLink(gateway.url, { clock });
  const runtime: NodeRuntime = createNodeRuntime({
    link,
    nodeId: deviceId,
    commands: new Map(Object.entries(commands)),
    flavor: options.flavor ?? 'app',
    clock,
    ids: systemIds,
    log,
  });
  runtime.advertise({ caps: ['system'], permissions: {} });
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  const result = async () => (await connection.nextRequest('node.invoke.result')).params;
  return { clock, gateway, link, deviceId, log, runtime, connection, result, state };
}

/** A handler that waits until the test lets it go, and what it was called with. */
function held() {
  const calls: { params: unknown; invocation: NodeInvocation }[] = [];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const handler: NodeCommandHandler = (params, invocation) => {
    calls.push({ params, invocation });
    return promise;
  };
  return { handler, calls, release: resolve };
}

test('an invocation gets its parameters and answers with payloadJSON', async () => {
  const { connection, deviceId, result } = await startNode({
    echo: async (params, { command }) => ({ params, command }),
    quiet: async () => undefined,
  });
  const id = connection.invoke('echo', { a: [1] }, { timeoutMs: 5_000, idempotencyKey: 'k' });
  expect(await result()).toEqual({
    id,
    nodeId: deviceId,
    ok: true,
    payloadJSON: '{"params":{"a":[1]},"command":"echo"}',
  });
  const second = connection.invoke('quiet', undefined);
  expect(await result()).toEqual({ id: second, nodeId: deviceId, ok: true });
});

test('exactly the commands with a handler are advertised', async () => {
  const { connection } = await startNode({ 'system.run': held().handler, b: held().handler });
  expect(connection.params).toMatchObject({ caps: ['system'], commands: ['system.run', 'b'] });
});

test('an unknown command, bad parameters and failures are typed errors', async () => {
  const { connection, result, log } = await startNode({
    denied: async () => {
      throw new CompanionError('UNAVAILABLE', 'SYSTEM_RUN_DENIED: user denied');
    },
    refused: async () => {
      throw new CompanionError('DENIED', 'EXEC_APPROVALS_DENIED: no');
    },
    broken: async () => {
      throw new Error('a secret detail');
    },
    unserialisable: async () => 1n,
  });
  const fails = async (command: string, extra: object = {}) => {
    connection.invoke(command, {}, extra);
    return (await result()) as { ok: boolean; error: { code: string; message: string } };
  };
  expect(await fails('no.such')).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', message: 'INVALID_REQUEST: unknown command' },
  });
  expect(await fails('denied', { paramsJSON: '{' })).toMatchObject({
    error: { code: 'INVALID_REQUEST', message: 'INVALID_REQUEST: paramsJSON is not JSON' },
  });
  expect(await fails('denied')).toMatchObject({
    error: { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: user denied' },
  });
  expect(await fails('refused')).toMatchObject({
    error: { code: 'UNAVAILABLE', message: 'EXEC_APPROVALS_DENIED: no' },
  });
  for (const command of ['broken', 'unserialisable']) {
    const { error } = await fails(command);
    expect(error).toEqual({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^INTERNAL: [0-9a-f-]{36}$/),
    });
    const line = log.lines.findLast(({ event }) => event === 'node.invoke.internal');
    expect(error.message).toBe(`INTERNAL: ${line?.fields?.id}`);
  }
});

test('a headless host stringifies what it throws (node-host §4)', async () => {
  const { connection, result } = await startNode({}, { flavor: 'headless' });
  connection.invoke('no.such', {});
  expect(await result()).toMatchObject({
    error: { code: 'INVALID_REQUEST', message: 'Error: INVALID_REQUEST: unknown command' },
  });
});

test('the node’s own time limit answers and aborts the handler; 0 is no limit', async () => {
  const slow = held();
  const { clock, connection, result } = await startNode({ slow: slow.handler });
  connection.invoke('slow', {}, { timeoutMs: 1_000 });
  connection.invoke('slow', {}, { timeoutMs: 0 });
  await expect.poll(() => slow.calls.length).toBe(2);
  expect(slow.calls.map(({ invocation }) => invocation.timeoutMs)).toEqual([1_000, null]);
  clock.advance(1_000);
  expect(await result()).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'node invoke timed out' },
  });
  expect(slow.calls.map(({ invocation }) => invocation.signal.aborted)).toEqual([true, false]);
  slow.release('late');
  expect(await result()).toMatchObject({ ok: true, payloadJSON: '"late"' });
  expect(connection.requests.filter(({ method }) => method !== 'connect')).toHaveLength(2);
});

test('a lost connection aborts what runs, and the next one gets no old result', async () => {
  const slow = held();
  const { clock, gateway, connection, link, state } = await startNode({ slow: slow.handler });
  connection.invoke('slow', {});
  await expect.poll(() => slow.calls.length).toBe(1);
  connection.ws.terminate();
  await state(({ kind }) => kind === 'waiting');
  expect(slow.calls[0]?.invocation.signal.aborted).toBe(true);
  clock.advance(500);
  const next = await gateway.nextConnection();
  await link.connected();
  slow.release('old');
  await link.request('node.event', { event: 'after' });
  expect(next.requests.map(({ method }) => method)).toEqual(['connect', 'node.event']);
});

test('a result that does not fit a frame becomes an error, and the node stays connected', async () => {
  const { connection, result, link } = await startNode(
    { big: async () => 'x'.repeat(70_000) },
    { maxPayload: 65_536 },
  );
  connection.invoke('big', {});
  expect(await result()).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', message: expect.stringMatching(/^PAYLOAD_TOO_LARGE: /) },
  });
  expect(link.state.kind).toBe('connected');
});

test('a repeated id does not run twice', async () => {
  const slow = held();
  const { connection, result } = await startNode({ slow: slow.handler });
  connection.invoke('slow', {}, { id: 'same' });
  connection.invoke('slow', {}, { id: 'same' });
  connection.event('node.invoke.request', { id: 7 });
  await expect.poll(() => slow.calls.length).toBe(1);
  slow.release(1);
  await result();
  expect(slow.calls).toHaveLength(1);
  expect(connection.requests.filter(({ method }) => method !== 'connect')).toHaveLength(1);
});

test('a changed offer waits until nothing runs', async () => {
  const slow = held();
  const { clock, gateway, connection, runtime, result } = await startNode({ slow: slow.handler });
  connection.invoke('slow', {});
  await expect.poll(() => slow.calls.length).toBe(1);
  runtime.advertise({ caps: ['system'], permissions: { camera: true } });
  clock.advance(10_000);
  expect(connection.ws.readyState).toBe(connection.ws.OPEN);
  expect(slow.calls[0]?.invocation.signal.aborted).toBe(false);
  slow.release('done');
  expect(await result()).toMatchObject({ ok: true });
  await expect
    .poll(() => {
      clock.advance(200);
      return gateway.connections.length;
    })
    .toBe(2);
  const next = await gateway.nextConnection();
  expect(next.params?.permissions).toEqual({ camera: true });
});

test('a stopped runtime aborts what runs and takes nothing new', async () => {
  const slow = held();
  const { connection, runtime, link } = await startNode({ slow: slow.handler });
  connection.invoke('slow', {});
  await expect.poll(() => slow.calls.length).toBe(1);
  runtime.stop();
  expect(slow.calls[0]?.invocation.signal.aborted).toBe(true);
  connection.invoke('slow', {});
  await link.request('node.event', { event: 'x' });
  expect(slow.calls).toHaveLength(1);
});

test('a cancelled invocation is told so and still answered; others go on', async () => {
  const { connection, result } = await startNode({
    wait: (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  });
  const [first, second] = [connection.invoke('wait', {}), connection.invoke('wait', {})];
  connection.event('node.invoke.cancel', { id: second });
  expect(await result()).toMatchObject({
    id: second,
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'the caller left' },
  });
  for (const nonsense of [undefined, null, {}, { id: 7 }, { id: 'unknown' }, { id: second }]) {
    connection.event('node.invoke.cancel', nonsense);
  }
  connection.event('node.invoke.cancel', { id: first });
  expect(await result()).toMatchObject({ id: first, ok: false });
});
