import { expect, test, vi } from 'vitest';
import type { Channel } from '#ipc/contract.ts';
import { createBridge } from '#ipc/preload-side.ts';
import { decideInput, quietSnapshot } from '#support/desktop-fixtures.ts';

function setUp(invoke: (...args: unknown[]) => Promise<unknown> = async () => ({ ok: true })) {
  let listener: (event: unknown, ...args: unknown[]) => void = () => undefined;
  const invoked = vi.fn(invoke);
  const bridge = createBridge({
    invoke: invoked,
    on: (channel, given) => {
      expect(channel).toBe('snapshot');
      listener = given;
    },
  });
  return {
    bridge,
    invoked,
    push: (payload: unknown) => listener({ sender: 'the renderer' }, payload),
  };
}

test('ES-16: the bridge has two verbs and no more', () => {
  expect(Object.keys(setUp().bridge).sort()).toEqual(['call', 'onSnapshot']);
});

test('ES-16: a listener gets the payload alone, never the event', () => {
  const { bridge, push } = setUp();
  const listener = vi.fn();
  bridge.onSnapshot(listener);
  push(quietSnapshot(1));
  expect(listener.mock.calls).toEqual([[quietSnapshot(1)]]);
});

test('S24: a snapshot that is not newer is dropped', () => {
  const { bridge, push } = setUp();
  const seen: number[] = [];
  bridge.onSnapshot(({ revision }) => seen.push(revision));
  for (const revision of [2, 1, 2, 3, Number.NaN, 4]) push(quietSnapshot(revision));
  expect(seen).toEqual([2, 3, 4]);
});

test('something that is not a snapshot is dropped', () => {
  const { bridge, push } = setUp();
  const listener = vi.fn();
  bridge.onSnapshot(listener);
  for (const payload of [null, undefined, 7, 'x', {}, { revision: '9' }]) push(payload);
  expect(listener).not.toHaveBeenCalled();
});

test('a listener that was stopped hears nothing more, the others do', () => {
  const { bridge, push } = setUp();
  const listener = vi.fn();
  const stop = bridge.onSnapshot(listener);
  bridge.onSnapshot(listener);
  stop();
  push(quietSnapshot(1));
  expect(listener).toHaveBeenCalledTimes(1);
});

test('ES-16: a channel outside the contract is never invoked', async () => {
  const { bridge, invoked } = setUp();
  expect(await bridge.call('app.evil' as Channel, null)).toMatchObject({ ok: false });
  expect(invoked).not.toHaveBeenCalled();
});

test('a call passes channel and input and returns the reply', async () => {
  const { bridge, invoked } = setUp(async () => ({ ok: true, value: 'accepted' }));
  expect(await bridge.call('approvals.decide', decideInput)).toEqual({
    ok: true,
    value: 'accepted',
  });
  expect(invoked.mock.calls).toEqual([['approvals.decide', decideInput]]);
});

test('when the main process does not answer, the page is told in words', async () => {
  const { bridge } = setUp(() => Promise.reject(new Error('No handler registered for x')));
  const reply = await bridge.call('windows.close', null);
  expect(reply).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
  expect(JSON.stringify(reply)).not.toContain('handler');
});
