import { expect, test } from 'vitest';
import { contract, type WindowName, windowNames } from '#ipc/contract.ts';
import { onlyShown } from '#main/handlers/only-shown.ts';
import { recordingHandlers } from '#support/desktop-fixtures.ts';

/** Who draws itself, or has nobody's eyes on it yet. */
const looking = [
  'snapshot.get',
  'history.page',
  'history.summary',
  'rules.list',
  'rules.preview',
  'permissions.list',
  'connection.get',
  'general.get',
  'logs.tail',
  'about.get',
  'windows.close',
];

function setUp(shown: WindowName | null) {
  const { handlers, calls } = recordingHandlers();
  const window = (name: WindowName) => ({ isShown: () => name === shown });
  const windows = {
    approval: window('approval'),
    status: window('status'),
    settings: window('settings'),
    toast: window('toast'),
  };
  const guarded = onlyShown(handlers, windows);
  const call = async (channel: string, from: WindowName) =>
    (guarded as Record<string, (input: unknown, from: WindowName) => unknown>)[channel]?.(
      { questions: [] },
      from,
    );
  return { call, calls };
}

test('ES-13, S1: a page that is not on the screen looks at most: no person can have pressed there', async () => {
  const { call, calls } = setUp(null);
  const done: string[] = [];
  for (const [channel, { windows }] of Object.entries(contract)) {
    for (const from of windows) {
      const before = calls.length;
      await call(channel, from).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
      });
      if (calls.length > before) done.push(channel);
    }
  }
  expect([...new Set(done)].sort()).toEqual([...looking].sort());
});

test('ES-13: another window on the screen is no leave; the own one is', async () => {
  for (const shown of windowNames) {
    const { call, calls } = setUp(shown);
    const ask = (from: WindowName) => call('rules.apply', from).catch(() => undefined);
    await ask('settings');
    expect(calls).toHaveLength(shown === 'settings' ? 1 : 0);
  }
});
