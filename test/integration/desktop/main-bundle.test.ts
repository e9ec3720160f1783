import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WebContents } from 'electron';
import { expect, it, onTestFinished, vi } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import type { Snapshot } from '#ipc/contract.ts';
import { contentSecurityPolicy } from '#main/security/content-security-policy.ts';
import { createFakeElectron, type FakeElectron } from '#support/fake-electron.ts';
import { prevented } from '#support/fake-electron-events.ts';
import { startCli } from '#support/programs.ts';
import { runMain } from '#support/run-main.ts';
import { tempDir } from '#support/temp-dir.ts';

const bundle = fileURLToPath(new URL('../../../out/main/index.mjs', import.meta.url));

/** The built main process over the double of Electron; everything behind it is real. */
async function startDesktop(config?: object) {
  const stateDir = tempDir();
  if (config) {
    writeFileSync(join(stateDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  }
  for (const [name, value] of [
    ['OPENCLAW_COMPANION_STATE_DIR', stateDir],
    ['OPENCLAW_GATEWAY_PORT', '0'],
  ] as const) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
  const fake = createFakeElectron({ platform: 'linux', packaged: false });
  await runMain(bundle, fake);
  const controlSocket = join(stateDir, 'control.sock');
  await vi.waitFor(
    async () => {
      await callControl(controlSocket, { op: 'status' });
      if (fake.windows.length === 0) throw new Error('no window yet');
    },
    { interval: 20 },
  );
  const [window] = fake.windows;
  if (!window) throw new Error('no window');
  const { page } = window.webContents;
  const snapshots = () =>
    page.pushes
      .filter(({ channel }) => channel === 'snapshot')
      .map(({ args }) => args[0] as Snapshot);
  const asked = () =>
    vi.waitFor(
      () => {
        const current = snapshots().at(-1)?.approvals.current;
        if (!current) throw new Error('nothing is shown');
        return current;
      },
      { interval: 20 },
    );
  const quit = async () => {
    fake.app.quit();
    await vi.waitFor(() => expect(fake.app.exitCode).toBe(0), { interval: 20 });
  };
  return { stateDir, fake, window, page, asked, quit, controlSocket };
}

/** Addresses of the windows that a person sees. */
const shown = ({ windows }: FakeElectron): string[] =>
  windows.filter((window) => window.isVisible()).map(({ webContents }) => webContents.getURL());

it('asks in its window, runs what is allowed there, and ends in good order', async () => {
  const desktop = await startDesktop();
  // Nothing is shown yet, so nobody can have pressed anything (ES-13).
  expect(await desktop.page.invoke('approvals.extend', { id: 'q1' })).toMatchObject({ ok: false });
  const caller = startCli(desktop.stateDir, ['run', '--', '/bin/echo', 'hi']);
  const { id, displayDigest, command } = await desktop.asked();
  expect(command.map(({ text }) => text).join('')).toBe('/bin/echo hi');
  desktop.window.close();
  expect(shown(desktop.fake)).toEqual([]);
  // Another copy may have been launched by a command: no key goes to the question by that (AP-07).
  desktop.fake.app.emit('second-instance', {}, [], '/', { atLogin: false, links: [] });
  expect(shown(desktop.fake)).toEqual(['app://companion/approval.html']);
  expect(desktop.window.focused).toBe(false);
  const reply = await desktop.page.invoke('approvals.decide', {
    id,
    displayDigest,
    decision: 'allow-once',
  });
  expect(reply).toEqual({ ok: true, value: 'accepted' });
  expect(await caller.exited).toBe(0);
  expect(caller.stdout()).toBe('hi\n');
  await desktop.quit();
  expect(existsSync(desktop.controlSocket)).toBe(false);
});

it('writes down what config.json says, from its start on', async () => {
  const levelsOf = async (level?: 'warn' | 'debug') => {
    const config = level && { version: 1, log: { level } };
    const { stateDir, quit } = await startDesktop(config);
    await quit();
    const lines = readFileSync(join(stateDir, 'logs', 'companion.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return new Set(lines.filter(Boolean).map((line) => JSON.parse(line).level));
  };
  expect(await levelsOf()).toContain('info');
  expect(await levelsOf('warn')).not.toContain('info');
});

it('denies there: nothing runs, and the caller is told', async () => {
  const desktop = await startDesktop();
  const caller = startCli(desktop.stateDir, ['run', '--', '/bin/echo', 'hi']);
  const { id, displayDigest } = await desktop.asked();
  await desktop.page.invoke('approvals.decide', { id, displayDigest, decision: 'deny' });
  expect(await caller.exited).toBe(126);
  expect(caller.stderr()).toContain('SYSTEM_RUN_DENIED: user denied');
  await desktop.quit();
});

it('is locked down before Electron is ready: sandbox, scheme, sessions, pages (ES-01, ES-04, ES-05, ES-09, ES-10, ES-14)', async () => {
  const { fake, window, quit } = await startDesktop();
  // The double throws on either of them once it is ready.
  expect(fake.app.calls).toContainEqual(['enableSandbox']);
  expect(fake.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  // Electron's own would reload pages and open developer tools.
  expect(fake.menu.application).not.toBe('default');

  const { webContents } = window;
  const { session } = webContents;
  const answers: unknown[] = [];
  const contents = webContents as unknown as WebContents;
  session.permissionRequest?.(contents, 'media', (ok) => answers.push(ok), {} as never);
  session.displayMedia?.({} as never, (streams) => answers.push(streams));
  answers.push(session.permissionCheck?.(null, 'notifications', 'app://companion', {} as never));
  answers.push(session.devicePermission?.({} as never));
  expect(answers).toEqual([false, null, false, false]);

  expect(await session.cancels('https://evil.example/')).toBe(true);
  const page = await session.load(new Request('app://companion/approval.html'));
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([
    200,
    contentSecurityPolicy,
  ]);
  expect(prevented(webContents, 'will-navigate', 'https://evil.example/')).toBe(true);
  expect(webContents.openHandler?.({} as never)).toEqual({ action: 'deny' });
  await quit();
});

it('a second copy ends with 0 and touches nothing; the first one opens its settings (S20)', async () => {
  const { fake, controlSocket, quit } = await startDesktop();
  const before = statSync(controlSocket).ino;
  expect(shown(fake)).toEqual([]);

  const second = createFakeElectron({ platform: 'linux', firstInstance: false });
  await runMain(bundle, second);
  expect(second.app.exitCode).toBe(0);
  expect([second.windows, second.trays, second.schemes]).toEqual([[], [], []]);
  expect(statSync(controlSocket).ino).toBe(before);
  await callControl(controlSocket, { op: 'status' });

  const asked = second.app.calls.find(([name]) => name === 'requestSingleInstanceLock');
  fake.app.emit('second-instance', {}, [], '/', asked?.[1]);
  await vi.waitFor(() => expect(shown(fake)).toEqual(['app://companion/settings.html']));
  await quit();
});
