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

/** Remembers an answer that is already there. */
async function answered(
  target: ReturnType<typeof memory>['memory'],
  key: string,
  outcome = ok('{}'),
  of = call,
) {
  const promise = Promise.resolve(outcome);
  target.remember('device', key, of, promise);
  await promise;
  return promise;
}

test('the same call under the same key gets the same answer, also while it is under way', async () => {
  const { memory: kept } = memory();
  const flying = Promise.withResolvers<InvokeOutcome>();
  kept.remember('device', 'k', call, flying.promise);
  expect(kept.recall('device', 'k', call)).toBe(flying.promise);
  flying.resolve(ok('{"n":1}'));
  await flying.promise;
  expect(await kept.recall('device', 'k', call)).toEqual(ok('{"n":1}'));
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
  expect(() => kept.recall('device', 'k', other)).toThrow(
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
  expect(await kept.recall('device', 'k', long('a'))).toEqual(ok('{}'));
  expect(() => kept.recall('device', 'k', long('b'))).toThrow('different call');
});

test('a key means nothing in the hands of another device', async () => {
  const { memory: kept } = memory();
  await answered(kept, 'k');
  expect(kept.recall('other', 'k', call)).toBeUndefined();
});

test('an answer is forgotten five minutes after it was given, and the sweep leaves no timer', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'k');
  clock.advance(keepMs - 1);
  expect(kept.recall('device', 'k', call)).toBeDefined();
  clock.advance(1);
  expect(kept.recall('device', 'k', call)).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

test('a new call may use a key whose answer was forgotten', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'k', ok('"old"'));
  clock.advance(keepMs);
  await answered(kept, 'k', ok('"new"'));
  expect(await kept.recall('device', 'k', call)).toEqual(ok('"new"'));
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
  expect(kept.recall('device', 'k', call)).toBeDefined();
});

test('only so many answers are kept, the oldest goes first', async () => {
  const { memory: kept } = memory();
  for (const key of ['a', 'b', 'c', 'd']) await answered(kept, key);
  const known = ['a', 'b', 'c', 'd'].filter((key) => kept.recall('device', key, call));
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
  expect(kept.recall('device', 'text', call)).toBeUndefined();
  expect(kept.recall('device', 'object', call)).toBeDefined();
  await answered(kept, 'error', {
    kind: 'failed',
    error: { code: 'X', message: 'x'.repeat(6_000) },
  });
  expect(kept.recall('device', 'object', call)).toBeUndefined();
});

test('a call under way is never pushed out', async () => {
  const { memory: kept } = memory();
  const flying = Promise.withResolvers<InvokeOutcome>();
  kept.remember('device', 'slow', call, flying.promise);
  for (const key of ['a', 'b', 'c', 'd']) await answered(kept, key);
  expect(kept.recall('device', 'slow', call)).toBe(flying.promise);
});

test('a stopped memory arms no timer for answers that still arrive', async () => {
  const { clock, memory: kept } = memory();
  await answered(kept, 'a');
  kept.stop();
  await answered(kept, 'b');
  expect(clock.waiting).toBe(0);
});
