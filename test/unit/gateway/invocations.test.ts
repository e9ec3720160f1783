import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InvokeCall, InvokeOutcome } from '#host/gateway/invocations.ts';
import { createFakeSession, type FakeSession } from '#support/fake-gateway.ts';
import { createNodesBench } from '#support/gateway-nodes.ts';

function setup() {
  const { clock, registry, invocations } = createNodesBench();
  const node = (deviceId = 'node-1', commands = ['system.run', 'system.which']): FakeSession => {
    const session = createFakeSession({ role: 'node', deviceId, connect: { commands } });
    registry.register(session);
    return session;
  };
  return { clock, invocations, node };
}

const call = (extra: Partial<InvokeCall> = {}): InvokeCall => ({
  nodeId: 'node-1',
  command: 'system.which',
  paramsJSON: null,
  ...extra,
});

/** The promise of a call that must have been sent. */
function sent(started: unknown): Promise<InvokeOutcome> {
  if (!(started instanceof Promise)) throw new Error(`not sent: ${JSON.stringify(started)}`);
  return started;
}

function requests(node: FakeSession) {
  return node.of('node.invoke.request') as { id: string; [key: string]: unknown }[];
}

function lastId(node: FakeSession): string {
  return requests(node).at(-1)?.id ?? '';
}

test('the request carries the parameters as text and only the keys the caller gave', () => {
  const { invocations, node } = setup();
  const mac = node();
  void invocations.start(call(), 'op');
  void invocations.start(
    call({ paramsJSON: '{"bins":["ls"]}', timeoutMs: 300, idempotencyKey: 'k' }),
    'op',
  );
  expect(requests(mac).map(({ id: _id, ...rest }) => rest)).toEqual([
    { nodeId: 'node-1', command: 'system.which', paramsJSON: null },
    {
      nodeId: 'node-1',
      command: 'system.which',
      paramsJSON: '{"bins":["ls"]}',
      timeoutMs: 300,
      idempotencyKey: 'k',
    },
  ]);
});

test.each<[string, object, InvokeOutcome]>([
  [
    'text',
    { ok: true, payloadJSON: '{"a":1}' },
    { kind: 'ok', payload: undefined, payloadJSON: '{"a":1}' },
  ],
  [
    'an object',
    { ok: true, payload: { a: 1 }, payloadJSON: null },
    { kind: 'ok', payload: { a: 1 }, payloadJSON: null },
  ],
  [
    'an object in the wrong place',
    { ok: true, payloadJSON: { a: 1 } },
    { kind: 'ok', payload: { a: 1 }, payloadJSON: null },
  ],
  [
    'an error',
    { ok: false, error: { code: 'X', message: 'no' } },
    { kind: 'failed', error: { code: 'X', message: 'no' } },
  ],
  ['no reason', { ok: false }, { kind: 'failed', error: null }],
])('a node may answer with %s', async (_what, answer, expected) => {
  const { clock, invocations, node } = setup();
  const mac = node();
  const outcome = sent(invocations.start(call(), 'op'));
  const result = { id: lastId(mac), nodeId: 'node-1', ok: true, ...answer };
  expect(invocations.settle(mac, result)).toBe(true);
  expect(await outcome).toEqual(expected);
  expect(clock.waiting).toBe(0);
});

test.each([
  ['30 seconds unless the caller says', undefined, 30_000],
  ['what the caller says', 300, 300],
  ['at once for 0', 0, 0],
])('a call times out after %s', async (_what, timeoutMs, after) => {
  const { clock, invocations, node } = setup();
  const mac = node();
  const outcome = sent(invocations.start(call({ timeoutMs }), 'op'));
  let over = false;
  void outcome.then(() => {
    over = true;
  });
  clock.advance(Math.max(0, after - 1));
  await Promise.resolve();
  expect(over).toBe(after === 0);
  clock.advance(1);
  expect(await outcome).toEqual({
    kind: 'failed',
    error: { code: 'TIMEOUT', message: 'node invoke timed out' },
  });
  expect(invocations.settle(mac, { id: lastId(mac), nodeId: 'node-1', ok: true })).toBe(false);
});

test('a node that goes away fails its own calls and no other', async () => {
  const { invocations, node } = setup();
  const one = node('node-1');
  const two = node('node-2');
  const lost = sent(invocations.start(call(), 'op'));
  const kept = sent(invocations.start(call({ nodeId: 'node-2' }), 'op'));
  invocations.drop(one);
  expect(await lost).toEqual({ kind: 'disconnected' });
  expect(invocations.settle(two, { id: lastId(two), nodeId: 'node-2', ok: true })).toBe(true);
  expect((await kept).kind).toBe('ok');
});

test('nobody but the connection that was asked can answer', () => {
  const { invocations, node } = setup();
  const mac = node();
  void invocations.start(call(), 'op');
  const other = createFakeSession({ role: 'node', deviceId: 'node-2' });
  expect(invocations.settle(other, { id: lastId(mac), nodeId: 'node-2', ok: true })).toBe(false);
  expect(invocations.settle(mac, { id: 'unknown', nodeId: 'node-1', ok: true })).toBe(false);
  expect(invocations.settle(mac, { id: lastId(mac), nodeId: 'node-1', ok: true })).toBe(true);
});

test('what policy refuses is never sent', () => {
  const { invocations, node } = setup();
  const mac = node('node-1', ['system.run']);
  const bare = node('node-2', []);
  expect(invocations.start(call({ nodeId: 'nobody' }), 'op')).toEqual({ kind: 'not-connected' });
  expect(invocations.start(call({ command: 'sms.send' }), 'op')).toEqual({
    kind: 'not-allowed',
    reason: 'command not allowlisted',
  });
  expect(invocations.start(call(), 'op')).toEqual({
    kind: 'not-allowed',
    reason: 'command not declared by node',
  });
  expect(invocations.start(call({ nodeId: 'node-2' }), 'op')).toEqual({
    kind: 'not-allowed',
    reason: 'node did not declare commands',
  });
  expect([...mac.events, ...bare.events]).toEqual([]);
});

test('one caller with too many calls in flight does not keep another out (S26)', () => {
  const { invocations, node } = setup();
  node();
  for (let i = 0; i < 1024; i += 1) void sent(invocations.start(call(), 'greedy'));
  expect(invocations.start(call(), 'greedy')).toEqual({ kind: 'busy' });
  void sent(invocations.start(call(), 'modest'));
});

test('a caller counts as running until the node has answered, even after its own deadline', () => {
  const { clock, invocations, node } = setup();
  const mac = node();
  void invocations.start(call({ command: 'system.run', timeoutMs: 1 }), 'op');
  clock.advance(1);
  expect(invocations.hasRunInFlight('op')).toBe(true);
  expect(invocations.hasRunInFlight('other')).toBe(false);
  expect(invocations.settle(mac, { id: lastId(mac), nodeId: 'node-1', ok: true })).toBe(false);
  expect(invocations.hasRunInFlight('op')).toBe(false);
});

test('a run whose node never answers is let go after two minutes', () => {
  const { clock, invocations, node } = setup();
  const mac = node();
  void invocations.start(call({ command: 'system.run', timeoutMs: 1 }), 'op');
  invocations.drop(mac);
  clock.advance(119_999);
  expect(invocations.hasRunInFlight('op')).toBe(true);
  clock.advance(1);
  expect(invocations.hasRunInFlight('op')).toBe(false);
  expect(clock.waiting).toBe(0);
});

test('stopping fails what waits and leaves no timer', async () => {
  const { clock, invocations, node } = setup();
  node();
  const outcome = sent(invocations.start(call({ command: 'system.run' }), 'op'));
  invocations.stop();
  expect(await outcome).toEqual({ kind: 'disconnected' });
  expect(clock.waiting).toBe(0);
});

test('whatever happens in whatever order, every call gets exactly one answer and nothing leaks', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('start' as const), run: fc.boolean(), ms: fc.nat(50) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat(20) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(60) }),
    fc.record({ do: fc.constant('drop' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, invocations, node } = setup();
      let mac = node();
      const outcomes: Promise<InvokeOutcome>[] = [];
      for (const one of steps) {
        if (one.do === 'start') {
          const command = one.run ? 'system.run' : 'system.which';
          outcomes.push(sent(invocations.start(call({ command, timeoutMs: one.ms }), 'op')));
        } else if (one.do === 'answer') {
          const id = requests(mac)[one.which]?.id ?? 'none';
          invocations.settle(mac, { id, nodeId: 'node-1', ok: true, payloadJSON: `"${id}"` });
        } else if (one.do === 'wait') {
          clock.advance(one.ms);
        } else {
          invocations.drop(mac);
          mac = node();
        }
      }
      clock.advance(200_000);
      const all = await Promise.all(outcomes);
      const texts = all.flatMap((one) => (one.kind === 'ok' ? [one.payloadJSON] : []));
      expect(new Set(texts).size).toBe(texts.length);
      expect(clock.waiting).toBe(0);
      expect(invocations.hasRunInFlight('op')).toBe(false);
    }),
    { numRuns: 150 },
  );
});
