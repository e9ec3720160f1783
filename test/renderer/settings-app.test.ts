import { expect, test } from 'vitest';
import { generalMessages } from '#core/messages-general.ts';
import { permissionMessages } from '#core/messages-permissions.ts';
import type { Output, SettingsSection, Snapshot } from '#ipc/contract.ts';
import type { Capability, PermissionRow } from '#ipc/permissions.ts';
import { pageTime, usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
import { snapshot } from './shown.ts';

/** Permissions, General, Logs and About: what the app is, and what the system lets it do. */

const pages = usePages();
const size = { width: 760, height: 560 };
const at = (section: SettingsSection) => snapshot([], { section });

/** The page asks after it has drawn itself, which takes time of its own clock. */
const drawnMs = 200;

async function open(section: SettingsSection, answers: Parameters<typeof pages>[1]['answers']) {
  const given = { snapshot: at(section), size, ...(answers && { answers }) };
  const bench = await pages('settings', given);
  await bench.wait(drawnMs);
  return {
    ...bench,
    async push(next: Snapshot) {
      await bench.push(next);
      await bench.wait(drawnMs);
    },
  };
}

/** What the Tab key reaches behind the navigation, in order. */
async function walk({ page, focused }: Awaited<ReturnType<typeof open>>, steps: number) {
  const reached: string[] = [];
  await page.locator('#section-about').focus();
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab');
    reached.push(await focused());
  }
  return reached;
}

const ok = <T>(value: T) => ({ ok: true, value }) as const;

const told = permissionMessages.mac;
const permissionRow = (
  capability: Capability,
  state: PermissionRow['state'],
  help: string | null,
  action: PermissionRow['action'],
): PermissionRow => ({
  capability,
  title: permissionMessages.titles[capability],
  neededBy: permissionMessages.neededBy[capability],
  state,
  help,
  action,
});

const permissions: Output<'permissions.list'> = {
  holder: {
    name: 'OpenClaw Companion',
    bundleId: 'ai.openclaw.companion',
    path: '/Applications/OpenClaw Companion.app',
  },
  warning: null,
  rows: [
    permissionRow('notifications', 'unknown', told.notificationsUnknown, 'request'),
    permissionRow(
      'screenRecording',
      'not-effective',
      told.stale('screenRecording'),
      'open-settings',
    ),
    permissionRow('accessibility', 'granted', told.accessibilityGranted, 'open-settings'),
    permissionRow('microphone', 'not-asked', null, 'request'),
    permissionRow('camera', 'refused', told.restricted, null),
  ],
};

const withMicrophone = (
  state: 'granted' | 'refused',
  of = permissions,
): Output<'permissions.list'> => ({
  ...of,
  rows: of.rows.map((row) => (row.capability === 'microphone' ? { ...row, state } : row)),
});

test('permissions: one row each, state in words and shape, and nothing axe objects to', async () => {
  const warning = permissionMessages.holder.development;
  const bench = await open('permissions', {
    'permissions.list': () => ok({ ...permissions, warning }),
  });
  const { page, axe } = bench;
  const states = page.locator('.permission-state');
  await states.first().waitFor();
  expect(await states.allTextContents()).toEqual([
    'Not known',
    'Was granted, is not now',
    'Granted',
    'Not asked for yet',
    'Refused',
  ]);
  const shapes = await states
    .locator('svg')
    .evaluateAll((all) =>
      (all as unknown as { getAttribute(name: string): string }[]).map((one) =>
        one.getAttribute('class'),
      ),
    );
  expect(new Set(shapes).size).toBe(5);
  expect(await page.locator('.permission button').allTextContents()).toEqual([
    'Show one',
    'Open System Settings',
    'Open System Settings',
    'Ask',
  ]);
  expect(await page.locator('.banner').textContent()).toBe(warning);
  await keepLightAndDark(page, 'settings-permissions');
  expect(await walk(bench, 4)).toEqual(
    ['notifications', 'screenRecording', 'accessibility', 'microphone'].map((row) => `act-${row}`),
  );
  expect(await axe()).toEqual([]);
});

/** Nothing that a person could change outside of this window. */
const withoutSwitches: Output<'permissions.list'> = {
  ...permissions,
  rows: permissions.rows.filter(({ action }) => action !== 'open-settings'),
};

test('permissions: asks again after a button and when a person comes back, and not by itself', async () => {
  let now = withoutSwitches;
  const { page, calls, wait } = await open('permissions', {
    'permissions.list': () => ok(now),
    'permissions.act': () => {
      now = withMicrophone('granted', withoutSwitches);
      return ok(now);
    },
  });
  const microphone = page.locator('.permission', { hasText: 'record sound' });
  // Keyboard only: the rows follow the navigation.
  await page.locator('#act-microphone').focus();
  await page.keyboard.press('Enter');
  await microphone.getByText('Granted').waitFor();
  expect(await page.locator('.say').textContent()).toContain('Microphone: Granted');
  await wait(60_000);
  expect(await calls()).toEqual([
    { channel: 'permissions.list', input: null },
    { channel: 'permissions.act', input: { capability: 'microphone' } },
  ]);
  now = withMicrophone('refused', withoutSwitches);
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  await microphone.getByText('Refused').waitFor();
});

test('permissions: while the system may still be asking, nothing is called refused or done', async () => {
  const withAccessibility = (
    ...state: [PermissionRow['state'], string, PermissionRow['action']]
  ) => ({
    ...permissions,
    rows: [permissionRow('accessibility', ...state)],
  });
  let now = withAccessibility('unknown', told.notTold, 'request');
  const { page } = await open('permissions', {
    'permissions.list': () => ok(now),
    'permissions.act': () => {
      now = withAccessibility('not-granted', told.notGranted('accessibility'), 'open-settings');
      return ok(now);
    },
  });
  await page.click('#act-accessibility');
  const state = page.locator('.permission-state[data-state="not-granted"]');
  expect(await state.textContent()).toBe('Not granted');
  expect(await state.locator('.icon-ring').count()).toBe(1);
  expect(await page.locator('.say').textContent()).toBe('');
});

test('permissions: follows switches of the system every second, while somebody looks', async () => {
  let now = permissions;
  const { page, calls, wait } = await open('permissions', { 'permissions.list': () => ok(now) });
  const microphone = page.locator('.permission', { hasText: 'record sound' });
  await microphone.waitFor();
  now = withMicrophone('granted');
  await wait(1_000);
  await microphone.getByText('Granted').waitFor();
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'))`);
  const before = (await calls()).length;
  await wait(60_000);
  expect(await calls()).toHaveLength(before);
  await page.evaluate(`
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'))`);
  expect(await calls()).toHaveLength(before + 1);
});

test('permissions: says why a button did nothing, and keeps what is known', async () => {
  const message = permissionMessages.noSettings('screenRecording');
  let answered = true;
  const { page } = await open('permissions', {
    'permissions.list': () =>
      answered ? ok(permissions) : { ok: false, error: { code: 'INTERNAL', message: 'Failed.' } },
    'permissions.act': () => ({ ok: false, error: { code: 'UNAVAILABLE', message } }),
  });
  await page.click('#act-screenRecording');
  await page.locator('.say', { hasText: message }).waitFor();
  answered = false;
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  await page.locator('.banner', { hasText: 'Failed.' }).waitFor();
  expect(await page.locator('.permission').count()).toBe(permissions.rows.length);
  answered = true;
  await page.click('#retry');
  await page.locator('.banner').waitFor({ state: 'detached' });
});

const general: Output<'general.get'> = {
  launchAtLogin: { status: 'off', help: null },
  dockIcon: false,
  announce: true,
};

test('general: a switch applies at once, shows what really is, and can be taken back', async () => {
  let now = general;
  const bench = await open('general', {
    'general.get': () => ok(now),
    'general.set': (change) => {
      if ('announce' in change) now = { ...now, ...change };
      // The system takes it and does not let it start.
      if ('launchAtLogin' in change) {
        const help = generalMessages.login.needsApproval;
        now = { ...now, launchAtLogin: { status: 'needs-approval', help } };
      }
      return ok(now);
    },
  });
  const { page, calls, axe } = bench;
  const checked = (id: string) => page.locator(id).getAttribute('aria-checked');
  await page.locator('#announce').focus();
  await page.keyboard.press('Space');
  await page.locator('.say', { hasText: 'Saved' }).waitFor();
  expect(await checked('#announce')).toBe('false');
  await page.click('#undo');
  await page.locator('.say', { hasText: 'Taken back' }).waitFor();
  expect(await checked('#announce')).toBe('true');
  await page.click('#launch-at-login');
  await page.locator('.say', { hasText: 'Allow this app in System Settings' }).waitFor();
  expect(await checked('#launch-at-login')).toBe('false');
  const row = await page.locator('.row', { hasText: 'Launch at login' }).textContent();
  // Once: what is so, then what to do.
  expect(row?.match(/set up/gi)).toHaveLength(1);
  expect((await calls()).filter(({ channel }) => channel === 'general.set')).toEqual([
    { channel: 'general.set', input: { announce: false } },
    { channel: 'general.set', input: { announce: true } },
    { channel: 'general.set', input: { launchAtLogin: true } },
  ]);
  await keepLightAndDark(page, 'settings-general');
  expect(await walk(bench, 6)).toEqual([
    'launch-at-login',
    'dock-icon',
    'announce',
    'pause-a-while',
    'pause',
    'quit',
  ]);
  expect(await axe()).toEqual([]);
});

test('general: no Dock, no switch for it; everything can be paused, and goes on again', async () => {
  const { page, calls, push } = await open('general', {
    'general.get': () => ok({ ...general, dockIcon: null }),
    'standstill.set': () => ok(null),
  });
  await page.locator('#announce').waitFor();
  expect(await page.locator('#dock-icon').count()).toBe(0);
  await page.click('#pause-a-while');
  await page.click('#pause');
  const untilMs = pageTime + 15 * 60_000;
  await push(snapshot([], { section: 'general', status: { standstill: { untilMs } } }));
  await page.getByText('Everything is paused until 14:20.').waitFor();
  await page.click('#resume');
  expect((await calls()).filter(({ channel }) => channel === 'standstill.set')).toEqual(
    [15, null, 0].map((minutes) => ({ channel: 'standstill.set', input: { minutes } })),
  );
});

test('general: quits, and says why where that failed', async () => {
  const message = 'This window is not open. Nothing happened; open it and try again.';
  let failed = true;
  const { page, calls } = await open('general', {
    'general.get': () => ok(general),
    'app.quit': () =>
      failed ? { ok: false, error: { code: 'INVALID_REQUEST', message } } : ok(null),
  });
  await page.click('#quit');
  await page.locator('.say', { hasText: message }).waitFor();
  failed = false;
  await page.click('#quit');
  expect((await calls()).slice(-2)).toEqual(
    [1, 2].map(() => ({ channel: 'app.quit', input: null })),
  );
});

type LogLine = Output<'logs.tail'>['lines'][number];
const line = (index: number, over: Partial<LogLine> = {}): LogLine => ({
  atMs: pageTime - 60_000 + index * 100,
  level: 'info',
  event: 'exec.finished',
  text: `run=${index} exitCode=0 runMs=12`,
  ...over,
});
const path = '/home/ann/.openclaw-companion/logs/companion.jsonl';

test('logs: follows the end, holds while somebody reads, and goes back to the end', async () => {
  let lines = Array.from({ length: 60 }, (_, index) => line(index));
  const bench = await open('logs', {
    'logs.tail': () => ok({ lines, path, written: 'info' }),
  });
  const { page, push, wait, calls, axe } = bench;
  const last = page.locator('.log-line').last();
  const isSeen = (index: number) =>
    page.locator('.log-line', { hasText: `run=${index} ` }).isVisible();
  const atEnd = () =>
    page.evaluate<boolean>(
      '(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 8)(document.getElementById("log"))',
    );
  await last.waitFor();
  expect(await atEnd()).toBe(true);
  lines = [...lines, line(60, { level: 'warn', event: 'gateway.auth.failed' })];
  await push(at('logs'));
  await page.getByText('gateway.auth.failed').waitFor();
  expect(await atEnd()).toBe(true);
  await keepLightAndDark(page, 'settings-logs');
  expect(await walk(bench, 5)).toEqual(['level', 'open-logs-folder', 'export', 'written', 'log']);

  // Keyboard only: the box takes the keys that scroll.
  await page.locator('#log').focus();
  await page.keyboard.press('Home');
  await page.locator('#newest').waitFor();
  // Chromium moves there smoothly.
  await expect.poll(() => page.evaluate('document.getElementById("log").scrollTop')).toBe(0);
  lines = [...lines, line(61)];
  await push(at('logs'));
  expect(await isSeen(61)).toBe(false);
  expect((await calls()).length).toBe(2);
  await page.click('#newest');
  await wait(drawnMs);
  await last.getByText('run=61 ').waitFor();
  expect(await atEnd()).toBe(true);
  expect(await axe()).toEqual([]);
});

test('logs: asks for the level that is chosen, keeps a selection, exports and says where', async () => {
  let exported: Output<'logs.export'> = null;
  const { page, wait, calls, push } = await open('logs', {
    'logs.tail': ({ level }) =>
      ok({ lines: level === 'error' ? [] : [line(1), line(2)], path, written: 'info' }),
    'logs.export': () => ok(exported),
    'links.open': () => ok(false),
  });
  await page.locator('.log-line').last().waitFor();
  await page.locator('.log-line').last().click({ clickCount: 3 });
  expect(await page.evaluate('String(document.getSelection())')).toContain('run=2');
  await push(at('logs'));
  expect((await calls()).length).toBe(1);
  await page.selectOption('#level', 'error');
  await wait(drawnMs);
  await page.getByText('Nothing of this level was logged.').waitFor();
  await page.click('#export');
  expect(await page.locator('.say').textContent()).toBe('');
  exported = { path: '/home/ann/logs.json' };
  await page.click('#export');
  await page.locator('.say', { hasText: '/home/ann/logs.json' }).waitFor();
  await page.click('#open-logs-folder');
  await page.locator('.say', { hasText: 'could not open' }).waitFor();
  expect((await calls()).at(-1)).toEqual({ channel: 'links.open', input: { link: 'logs-folder' } });
});

test('logs: what is written down is chosen apart from what is shown, holds at once and can be taken back', async () => {
  let written: Output<'logs.tail'>['written'] = 'info';
  let failure: string | null = null;
  const { page, wait, calls } = await open('logs', {
    'logs.tail': () => ok({ lines: [line(1)], path, written }),
    'logs.write': ({ level }) => {
      if (failure !== null) return { ok: false, error: { code: 'STATE', message: failure } };
      written = level;
      return ok(null);
    },
  });
  const select = page.locator('#written');
  const asked = async () =>
    (await calls()).filter(({ channel }) => channel === 'logs.write').map(({ input }) => input);
  expect(await select.locator('option').allTextContents()).toEqual([
    'Problems',
    'What happens',
    'Everything',
  ]);
  expect(await select.inputValue()).toBe('info');
  await select.selectOption('debug');
  await page.locator('.say', { hasText: 'Saved' }).waitFor();
  expect(await select.inputValue()).toBe('debug');
  // The filter is the person's own look at it.
  expect(await page.locator('#level').inputValue()).toBe('info');
  await page.click('#undo');
  await page.locator('.say', { hasText: 'Taken back' }).waitFor();
  expect(await select.inputValue()).toBe('info');
  failure = 'config.json cannot be used.';
  await select.selectOption('warn');
  await page.locator('.say', { hasText: failure }).waitFor();
  expect(await select.inputValue()).toBe('info');
  expect(await asked()).toEqual([{ level: 'debug' }, { level: 'info' }, { level: 'warn' }]);
  // Choosing what is shown writes nothing down.
  await page.selectOption('#level', 'debug');
  await wait(drawnMs);
  expect(await asked()).toHaveLength(3);
});

test('logs: a level that only the file can say is shown as what it is', async () => {
  const { page } = await open('logs', {
    'logs.tail': () => ok({ lines: [], path, written: 'error' }),
  });
  await page.locator('#written').waitFor();
  expect(await page.locator('#written').inputValue()).toBe('error');
  expect(await page.locator('#written option').first().textContent()).toBe('Errors only');
});

test('about: names and versions, and pages by their key', async () => {
  const bench = await open('about', {
    'about.get': () =>
      ok({
        name: 'OpenClaw Companion',
        version: '0.1.0',
        bundleId: 'ai.openclaw.companion',
        runtime: [
          { name: 'Electron', version: '45.4.1' },
          { name: 'Node.js', version: '24.21.0' },
        ],
        stateDir: '/home/ann/.openclaw-companion',
        licence: 'MIT',
      }),
    'links.open': () => ok(true),
  });
  const { page, calls, axe } = bench;
  await page.getByText('45.4.1').waitFor();
  await page.click('#open-documentation');
  expect((await calls()).at(-1)).toEqual({
    channel: 'links.open',
    input: { link: 'documentation' },
  });
  expect(await page.locator('.say').textContent()).toBe('');
  await keepLightAndDark(page, 'settings-about');
  expect(await walk(bench, 3)).toEqual(['open-documentation', 'open-source', 'open-state-folder']);
  expect(await axe()).toEqual([]);
});
