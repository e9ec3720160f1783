import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isChannel, snapshotChannel } from '#ipc/channels.ts';
import { contract, snapshotEvent, windowNames } from '#ipc/contract.ts';
import { createIpcRouter, type Handlers } from '#ipc/router.ts';
import { decideInput, quietSnapshot, recordingHandlers } from '#support/desktop-fixtures.ts';
import { createFakeLogger } from '#support/fakes.ts';

const origin = 'app://companion';
const approval = { id: 1, origin, isMainFrame: true };
const status = { id: 2, origin, isMainFrame: true };

function setUp(change: Partial<Handlers> = {}) {
  const { handlers, calls } = recordingHandlers();
  const log = createFakeLogger();
  const router = createIpcRouter(
    { ...handlers, ...change },
    {
      windowOf: (id) => windowNames[id - 1] ?? null,
      origin,
      log,
      explain: () => ({ code: 'INTERNAL', message: 'told' }),
    },
  );
  return { router, calls, log };
}

test('ES-13: a call from the right window reaches its handler with parsed input', async () => {
  const { router, calls, log } = setUp();
  expect(await router.route('approvals.decide', decideInput, approval)).toEqual({
    ok: true,
    value: 'accepted',
  });
  expect(calls).toEqual([['approvals.decide', decideInput, 'approval']]);
  expect(log.lines).toEqual([]);
});

test.each([
  ['unknown channel', 'approvals.allowAll', null, approval],
  ['unknown channel', 'constructor', null, approval],
  ['unknown channel', ['app.quit'], null, approval],
  ['no sender frame', 'approvals.decide', decideInput, null],
  ['foreign origin', 'approvals.decide', decideInput, { ...approval, origin: 'null' }],
  ['foreign origin', 'approvals.decide', decideInput, { ...approval, origin: `${origin}.evil` }],
  ['not the main frame', 'approvals.decide', decideInput, { ...approval, isMainFrame: false }],
  ['unknown window', 'approvals.decide', decideInput, { ...approval, id: 99 }],
  ['not for this window', 'approvals.decide', decideInput, status],
  ['not for this window', 'app.quit', null, approval],
  ['input does not fit', 'approvals.decide', { ...decideInput, extra: 1 }, approval],
  ['input does not fit', 'approvals.decide', undefined, approval],
  ['input does not fit', 'windows.close', {}, approval],
] as const)('ES-13: "%s" is refused and logged: %s', async (why, channel, input, sender) => {
  const { router, calls, log } = setUp();
  const reply = await router.route(channel, input, sender);
  expect(reply).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  expect(calls).toEqual([]);
  expect(log.lines).toMatchObject([{ level: 'warn', event: 'ipc.refused', fields: { why } }]);
});

test('ES-13: a window can use exactly the channels that name it', async () => {
  for (const [channel, { windows }] of Object.entries(contract)) {
    for (const [index, window] of windowNames.entries()) {
      const { router, log } = setUp();
      await router.route(channel, Symbol('fits nothing'), { ...approval, id: index + 1 });
      const why = (windows as readonly string[]).includes(window)
        ? 'input does not fit'
        : 'not for this window';
      expect([channel, window, log.lines[0]?.fields?.why]).toEqual([channel, window, why]);
    }
  }
});

test('ES-13: only the approval window answers questions, and a toast can do nothing but go away', () => {
  const allowed = (window: string) =>
    Object.entries(contract)
      .filter(([, { windows }]) => (windows as readonly string[]).includes(window))
      .map(([channel]) => channel);
  const answers = allowed('approval').filter((channel) => channel.startsWith('approvals.'));
  expect(answers).toHaveLength(5);
  for (const window of ['status', 'settings', 'toast']) {
    expect(allowed(window)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^approvals\./)]),
    );
  }
  expect(allowed('toast')).toEqual(['snapshot.get', 'windows.close']);
  expect(allowed('approval').some((channel) => /^(rules|connection|general)\./.test(channel))).toBe(
    false,
  );
});

test.each([
  ['id', { ...decideInput, id: 'x'.repeat(201) }],
  ['digest', { ...decideInput, displayDigest: 'x'.repeat(201) }],
  ['note', { ...decideInput, note: 'x'.repeat(1_001) }],
])('ES-17: an overlong %s is refused', async (_name, input) => {
  const { router, calls } = setUp();
  expect(await router.route('approvals.decide', input, approval)).toMatchObject({ ok: false });
  expect(calls).toEqual([]);
});

test('ES-17: more than 64 questions at once are refused', async () => {
  const questions = Array.from({ length: 65 }, () => ({ id: 'q', displayDigest: 'd' }));
  const { router, calls } = setUp();
  expect(await router.route('approvals.denyMany', { questions }, approval)).toMatchObject({
    ok: false,
  });
  expect(calls).toEqual([]);
});

test('ES-13: what a handler adds to an answer does not leave', async () => {
  const wide = { ...quietSnapshot(), token: 'secret' };
  const { router } = setUp({ 'snapshot.get': () => wide });
  const reply = await router.route('snapshot.get', null, status);
  expect(reply).toEqual({ ok: true, value: quietSnapshot() });
});

test('an answer that does not fit, a throw and a rejection are explained, never thrown', async () => {
  const wrong = 'perhaps' as unknown as 'accepted';
  for (const decide of [
    () => wrong,
    () => {
      throw new Error('/home/user/secret');
    },
    () => Promise.reject(new Error('later')),
  ]) {
    const { router } = setUp({ 'approvals.decide': decide });
    expect(await router.route('approvals.decide', decideInput, approval)).toEqual({
      ok: false,
      error: { code: 'INTERNAL', message: 'told' },
    });
  }
});

test('ES-13: nothing that a stranger sends reaches a handler or rejects', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom(...Object.keys(contract)), fc.anything()),
      fc.anything(),
      fc.record({ id: fc.integer(), origin: fc.string(), isMainFrame: fc.boolean() }),
      async (channel, input, sender) => {
        const { router, calls } = setUp();
        expect(await router.route(channel, input, sender)).toMatchObject({ ok: false });
        expect(calls).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test('the names the preload carries are those of the contract', () => {
  expect(Object.keys(contract).every(isChannel)).toBe(true);
  expect(isChannel('toString')).toBe(false);
  expect(snapshotChannel).toBe(snapshotEvent);
});
