import type { WebContents } from 'electron';
import { expect, onTestFinished, test } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { lockDown } from '#main/security/lock-down.ts';
import { createFakeElectron, type FakeElectronOptions } from '#support/fake-electron.ts';
import { prevented } from '#support/fake-electron-events.ts';
import { createFakeLogger } from '#support/fakes.ts';

/** A locked app with one window that had no say in it. */
function setUp(options: FakeElectronOptions = {}) {
  const packaged = options.packaged ?? true;
  const fake = createFakeElectron({ ...options, packaged });
  const log = createFakeLogger();
  const serve = async () => new Response('page');
  lockDown({ app: fake.module.app, packaged, log, serve });
  fake.app.becomeReady();
  const window = new fake.module.BrowserWindow({ webPreferences: { partition: 'any' } });
  onTestFinished(() => window.destroy());
  const [made] = fake.windows;
  if (!made) throw new Error('no window');
  return { fake, log, contents: made.webContents, session: fake.sessionOf('any') };
}

test.each([
  ['https://evil.example/', 'mainFrame'],
  ['http://127.0.0.1:18789/', 'xhr'],
  ['ws://127.0.0.1:18789/', 'webSocket'],
  ['file:///etc/passwd', 'mainFrame'],
  ['app://evil/approval.html', 'mainFrame'],
  ['app://companion.evil/approval.html', 'mainFrame'],
  ['app://companion:1/approval.html', 'mainFrame'],
  ['data:text/html,<script>1</script>', 'mainFrame'],
  ['data:text/javascript,1', 'script'],
  ['blob:app://companion/1', 'mainFrame'],
  ['chrome://gpu/', 'mainFrame'],
  ['devtools://devtools/bundled/inspector.html', 'mainFrame'],
  ['not an address', 'other'],
] as const)('ES-01: %s as %s is not loaded, and that is logged', async (url, kind) => {
  const { session, log } = setUp();
  expect(await session.cancels(url, kind)).toBe(true);
  expect(log.lines).toMatchObject([{ event: 'page.request.refused' }]);
});

test('ES-01: our own pages and images inside them are loaded', async () => {
  const { session, log } = setUp();
  expect(await session.cancels('app://companion/approval.html')).toBe(false);
  expect(await session.cancels('data:image/png;base64,AA==', 'image')).toBe(false);
  expect(log.lines).toEqual([]);
});

test('ES-01: the log of a refused request does not hold its path', async () => {
  const { session, log } = setUp();
  await session.cancels('https://evil.example/?stolen=command');
  expect(JSON.stringify(log.lines)).not.toContain('stolen');
});

test('ES-01: addresses of the developer tools are for an app that is not packaged', async () => {
  const { session } = setUp({ packaged: false });
  expect(await session.cancels('devtools://devtools/bundled/inspector.html')).toBe(false);
  expect(await session.cancels('http://localhost:5173/')).toBe(true);
});

test('ES-04: the sandbox is switched on before the app is ready', () => {
  const { fake } = setUp();
  expect(fake.app.calls).toContainEqual(['enableSandbox']);
});

test.each([
  ...['no-sandbox', 'disable-web-security', 'remote-debugging-port', 'load-extension'],
  ...['single-process', 'renderer-cmd-prefix', 'browser-subprocess-path'],
  ...['disable-namespace-sandbox', 'disable-seccomp-filter-sandbox'],
])('ES-04: a packaged app does not start with --%s', (name) => {
  expect(() => setUp({ switches: { [name]: '' } })).toThrow(CompanionError);
  expect(() => setUp({ switches: { [name]: '' }, packaged: false })).not.toThrow();
});

test('ES-05: every permission is refused, asked for or looked up', () => {
  const { session, contents } = setUp();
  const answers: unknown[] = [];
  const given = contents as unknown as WebContents;
  session.permissionRequest?.(given, 'media', (ok) => answers.push(ok), {} as never);
  session.displayMedia?.({} as never, (streams) => answers.push(streams));
  answers.push(session.permissionCheck?.(null, 'notifications', 'app://companion', {} as never));
  answers.push(session.devicePermission?.({} as never));
  expect(answers).toEqual([false, null, false, false]);
});

test('ES-05: the default session is locked as well, and each session once', () => {
  const { fake } = setUp();
  const session = fake.sessionOf('');
  expect(session.permissionCheck?.(null, 'media', '', {} as never)).toBe(false);
  const window = new fake.module.BrowserWindow({});
  expect(session.schemes.has('app')).toBe(true);
  window.destroy();
});

test('nothing is downloaded', () => {
  const { session } = setUp();
  expect(prevented(session, 'will-download')).toBe(true);
});

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])(
  'ES-09: %s is prevented',
  (name) => {
    const { contents, log } = setUp();
    expect(prevented(contents, name, 'https://evil.example/')).toBe(true);
    expect(log.lines).toMatchObject([{ event: 'page.navigation.refused', fields: { what: name } }]);
  },
);

test('ES-08: a webview cannot be attached', () => {
  expect(prevented(setUp().contents, 'will-attach-webview', {}, {})).toBe(true);
});

test('ES-10: a page opens no window', () => {
  const { contents } = setUp();
  expect(contents.openHandler?.({ url: 'https://evil.example/' } as never)).toEqual({
    action: 'deny',
  });
});

test('ES-13: a one-way message is dropped and logged', () => {
  const { contents, log } = setUp();
  contents.page.send('approvals.decide', { decision: 'allow-once' });
  expect(log.lines).toMatchObject([
    { event: 'ipc.dropped', fields: { channel: 'approvals.decide' } },
  ]);
});
