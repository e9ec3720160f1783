import { expect, test } from 'vitest';
import type { InvokeCall, InvokeOutcome } from '#host/gateway/invocations.ts';
import { createInvokeMemory } from '#host/gateway/invoke-memory.ts';
import { fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const call: InvokeCall = { nodeId: 'n', command: 'system.run', paramsJSON: '{"a":1}' };
const ok = (payloadJSON: string): InvokeOutcome => ({
  kind: 'ok',
  payload: undefined,
  payloadJSON,
});
const keepMs = 300_000;

function memory(limits = { keepMs, maxAnswers: 3, maxChars: 10_000 }) {
  const clock = createVirtualClock();
  return { clock, memory: createInvokeMemory({ clock, hasher: fakeHasher }, limits) };
}

type Memory = ReturnType<typeof memory>['memory'];

/** Starts a call whose outcome is already there. */
async function answered(target: Memory, key: string, outcome = ok('{}'), of = call) {
  const promise = Promise.resolve(outcome);
  target.once('device', { ...of, idempotencyKey: key }, () => promise);
  await promise;
}

/** What is known under a key; undefined when the call would be started. */
function recall(target: Memory, key: string, of = call, scope = 'device') {
  const fresh = {};
  const known = target.once(scope, { ...of, idempotencyKey: key }, () => fresh);
  return known === fresh ? undefined : known;
}

test('the same call under the same key gets the same answer, also while it is under way', async () => {
  const { memory: kept } = memory();
  const flying = Promise.withResolvers<InvokeOutcome>();
  void kept.once('device', { ...call, idempotencyKey: 'k' }, () => flying.promise);
  expect(recall(kept, 'k')).toBe(flying.promise);
  flying.resolve(ok('{"n":1}'));
  await flying.promise;
  expect(await recall(kept, 'k')).toEqual(ok('{"n":1}'));
});

test.each([
  ['command', { ...call, command: 'system.which' }],
  ['node', { ...call, nodeId: 'other' }],
  ['parameters', { ...call, paramsJSON: '{"a":2}' }],
  ['missing parameters', { ...call, paramsJSON: null }],
  ['long parameters', { ...call, paramsJSON: JSON.stringify('x'.repeat(1000)) }],
])('a key that was used with another %s is refused', async (_what, other) => {
  const { memory: kept } = memory();
  await answered(kept, 'k');
  expect(() => recall(kept, 'k', other)).toThrow(
    'idempotencyKey was already used for a different call',
  );
});

test('long parameters are told apart by their digest', async () => {
  const { memory: kept } = memory();
  const long = (last: string): InvokeCall => ({
    ...call,
    paramsJSON: `"${'x'.repeat(999)}${last}"`,
  });
  await answered(kept, 'k', ok('{}'), long('a'));
  expect(await recall(kept, 'k', long('a'))).toEqual(ok('{}'));
  expect(() => recall(kept, 'k', long('b'))).toThrow('different call');
});

test('a key means nothing in the hands of another device', async () => {
  const { memory: kept } = memory();
  await answered(kept, 'k');
  expect(recall(kept, 'k', call, 'other')).toBeUndefined();
});

test('an answer is forgotten five minutes after it was given, and the sweep leaves no timer', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'k');
  clock.advance(keepMs - 1);
  expect(recall(kept, 'k')).toBeDefined();
  clock.advance(1);
  expect(recall(kept, 'k')).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

test('what was never sent is not remembered', () => {
  const { memory: kept } = memory();
  expect(recall(kept, 'k')).toBeUndefined();
  expect(recall(kept, 'k')).toBeUndefined();
});

test('a new call may use a key whose answer was forgotten', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'k', ok('"old"'));
  clock.advance(keepMs);
  await answered(kept, 'k', ok('"new"'));
  expect(await recall(kept, 'k')).toEqual(ok('"new"'));
});

test('an answer that was replaced before the sweep is counted once', async () => {
  const { clock, memory: kept } = memory({ keepMs, maxAnswers: 100, maxChars: 10_000 });
  const long = ok(JSON.stringify('x'.repeat(4_000)));
  await answered(kept, 'first');
  clock.advance(100_000);
  await answered(kept, 'k', long);
  clock.advance(keepMs);
  await answered(kept, 'k', long);
  await answered(kept, 'z', long);
  expect(recall(kept, 'k')).toBeDefined();
});

test('only so many answers are kept, the oldest goes first', async () => {
  const { memory: kept } = memory();
  for (const key of ['a', 'b', 'c', 'd']) await answered(kept, key);
  const known = ['a', 'b', 'c', 'd'].filter((key) => recall(kept, key));
  expect(known).toEqual(['b', 'c', 'd']);
});

test('only so many characters are kept, whatever form the answer has', async () => {
  const { memory: kept } = memory({ keepMs, maxAnswers: 100, maxChars: 10_000 });
  await answered(kept, 'text', ok(JSON.stringify('x'.repeat(6_000))));
  await answered(kept, 'object', {
    kind: 'ok',
    payload: { text: 'x'.repeat(6_000) },
    payloadJSON: null,
  });
  expect(recall(kept, 'text')).toBeUndefined();
  expect(recall(kept, 'object')).toBeDefined();
  await answered(kept, 'error', {
    kind: 'failed',
    error: { code: 'X', message: 'x'.repeat(6_000) },
  });
  expect(recall(kept, 'object')).toBeUndefined();
});

test('a call under way is never pushed out', async () => {
  const { memory: kept } = memory();
  const flying = Promise.withResolvers<InvokeOutcome>();
  void kept.once('device', { ...call, idempotencyKey: 'slow' }, () => flying.promise);
  for (const key of ['a', 'b', 'c', 'd']) await answered(kept, key);
  expect(recall(kept, 'slow')).toBe(flying.promise);
});

test('a stopped memory arms no timer for answers that still arrive', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'a');
  kept.stop();
  await answered(kept, 'b');
  expect(clock.waiting).toBe(0);
});

test('S26: an answer nested too deeply to be encoded is forgotten and hurts nobody', async () => {
  const { memory: kept } = memory();
  const payload: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  await answered(kept, 'deep', { kind: 'ok', payload, payloadJSON: null });
  expect(recall(kept, 'deep')).toBeUndefined();
  await answered(kept, 'next');
  expect(recall(kept, 'next')).toBeDefined();
});
