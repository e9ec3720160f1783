import { expect, test } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { contract } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import { serveIpc } from '#main/ipc-server.ts';
import { createApprovalWindow } from '#main/windows/approval-window.ts';
import { createStatusWindow } from '#main/windows/status-window.ts';
import { decideInput, recordingHandlers } from '#support/desktop-fixtures.ts';
import { createFakeIds } from '#support/fakes.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

async function setUp(change: Partial<Handlers> = {}) {
  const bench = createWindowBench();
  const { handlers, calls } = recordingHandlers();
  const nothing = () => undefined;
  const platform = 'macos' as const;
  const stop = serveIpc({
    ipcMain: bench.fake.module.ipcMain,
    handlers: { ...handlers, ...change },
    windows: bench.registry,
    ids: createFakeIds(),
    log: bench.log,
  });
  createApprovalWindow({
    ...bench.deps,
    platform,
    onDismissed: nothing,
    onBroken: nothing,
  }).prepare();
  createStatusWindow({ ...bench.deps, platform, anchor: () => null }).prepare();
  await settled();
  const [approval, status] = bench.fake.windows.map(({ webContents }) => webContents);
  if (!approval || !status) throw new Error('two windows expected');
  return { bench, calls, stop, approval, status };
}

const refused = { ok: false, error: { code: 'INVALID_REQUEST' } };
const ours = { origin: 'app://companion', parent: null, url: 'app://companion/approval.html' };

test('ES-13: the prompt page can decide', async () => {
  const { approval, calls } = await setUp();
  expect(await approval.page.invoke('approvals.decide', decideInput)).toEqual({
    ok: true,
    value: 'accepted',
  });
  expect(calls).toEqual([['approvals.decide', decideInput, 'approval']]);
});

test('ES-13: the status page cannot decide', async () => {
  const { status, calls } = await setUp();
  expect(await status.page.invoke('approvals.decide', decideInput)).toMatchObject(refused);
  expect(calls).toEqual([]);
});

test.each([
  ['a frame that is gone', null],
  ['about:blank', { origin: 'null', parent: null, url: 'about:blank' }],
  ['another host of the scheme', { ...ours, origin: 'app://evil' }],
  ['a web page', { ...ours, origin: 'https://companion' }],
  ['a frame inside the page', { ...ours, parent: ours }],
])('ES-13: %s in the prompt window cannot decide', async (_who, frame) => {
  const { approval, calls, bench } = await setUp();
  const reply = await approval.page.invokeFrom(frame, 'approvals.decide', [decideInput]);
  expect(reply).toMatchObject(refused);
  expect(calls).toEqual([]);
  expect(bench.log.lines).toMatchObject([{ event: 'ipc.refused' }]);
});

test('ES-13: a window that nobody registered cannot ask for anything', async () => {
  const { bench, calls } = await setUp();
  const stray = new bench.fake.module.BrowserWindow({});
  const page = bench.fake.windows.find(({ id }) => id === stray.id)?.webContents.page;
  for (const channel of Object.keys(contract)) {
    expect(await page?.invokeFrom(ours, channel, [null])).toMatchObject(refused);
  }
  expect(calls).toEqual([]);
});

test('ES-13: a second argument is refused', async () => {
  const { approval, calls } = await setUp();
  expect(await approval.page.invoke('windows.close', null, 'more')).toMatchObject(refused);
  expect(await approval.page.invoke('windows.close')).toMatchObject(refused);
  expect(calls).toEqual([]);
});

test('ES-13: every channel of the contract is served and no other', async () => {
  const { bench, stop } = await setUp();
  expect([...bench.fake.ipcMain.handlers.keys()]).toEqual(Object.keys(contract));
  stop();
  expect(bench.fake.ipcMain.handlers.size).toBe(0);
});

test('an error we threw on purpose is told with its way out; any other leaves as an id', async () => {
  const { approval, bench } = await setUp({
    'approvals.decide': () => {
      throw new CompanionError('UNAVAILABLE', 'The companion is stopping.', {
        hint: 'Start it again.',
      });
    },
    'approvals.askAgain': () => {
      throw new CompanionError('STATE', '/a could not be written: EACCES', { hint: 'Mend it.' });
    },
    'approvals.copy': () => {
      throw new Error('/home/user/secret');
    },
  });
  expect(await approval.page.invoke('approvals.decide', decideInput)).toEqual({
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'The companion is stopping. Start it again.' },
  });
  // Two sentences, also where the first came without its full stop.
  expect(await approval.page.invoke('approvals.askAgain', { id: 'q1' })).toMatchObject({
    error: { message: '/a could not be written: EACCES. Mend it.' },
  });
  const reply = await approval.page.invoke('approvals.copy', { id: 'q1' });
  expect(reply).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  expect(JSON.stringify(reply)).not.toContain('secret');
  const id = bench.log.lines.find(({ event }) => event === 'ipc.failed')?.fields?.id;
  expect(JSON.stringify(reply)).toContain(String(id));
});

test('ES-17, S6: what others say through an error is safe to show, whichever channel it comes from', async () => {
  const { approval } = await setUp({
    'approvals.extend': () => {
      throw new CompanionError('UNAVAILABLE', 'said \u202Eevil\u202C', { hint: 'try\nagain' });
    },
  });
  expect(await approval.page.invoke('approvals.extend', { id: 'q1' })).toEqual({
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'said \\u{202E}evil\\u{202C}. try\\u{A}again' },
  });
});
