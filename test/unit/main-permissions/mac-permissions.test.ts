import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capabilities } from '#ipc/permissions.ts';
import { learningNotifier } from '#main/permissions/notification-lesson.ts';
import { createPermissionBench, macApp } from '#support/permission-bench.ts';
import { settled } from '#support/window-bench.ts';

const hello = { title: 'Hello', body: '', sound: null, priority: 'active' } as const;

describe('permissions on macOS', () => {
  test('there is one row for each capability, and looking asks the system nothing of a person', async () => {
    const { permissions, fake } = createPermissionBench();
    const { rows } = await permissions.list();
    expect(rows.map(({ capability }) => capability)).toEqual([...capabilities]);
    for (const row of rows) expect([row.title, row.neededBy]).not.toContain('');
    const asked = fake.grants.calls.map(([name, argument]) => `${name} ${argument}`);
    expect(asked).toEqual([
      'getMediaAccessStatus screen',
      'isTrustedAccessibilityClient false',
      'getMediaAccessStatus microphone',
      'getMediaAccessStatus camera',
    ]);
    expect(fake.notifications).toEqual([]);
  });

  test.each([
    ['not-determined', 'not-asked', 'request'],
    ['granted', 'granted', 'open-settings'],
    ['denied', 'refused', 'open-settings'],
    ['restricted', 'refused', null],
    ['unknown', 'unknown', 'open-settings'],
  ] as const)('a microphone that is %s is %s', async (status, state, action) => {
    const { fake, row } = createPermissionBench();
    fake.grants.media.microphone = status;
    fake.grants.media.camera = status;
    expect(await row('microphone')).toMatchObject({ state, action });
    expect(await row('camera')).toMatchObject({ state, action });
  });

  test('a grant of the camera that the system forgot is asked for again, and the row says so', async () => {
    const { fake, row } = createPermissionBench();
    fake.grants.media.camera = 'granted';
    await row('camera');
    fake.grants.media.camera = 'not-determined';
    expect(await row('camera')).toMatchObject({
      state: 'not-asked',
      help: expect.stringContaining('forgotten'),
      action: 'request',
    });
  });

  test.each(['granted', 'denied'] as const)(
    'asking for the camera shows what came of it: %s',
    async (answer) => {
      const { fake, permissions, clock } = createPermissionBench();
      fake.grants.answer = answer === 'granted';
      const { rows } = await permissions.act('camera');
      expect(fake.grants.calls).toContainEqual(['askForMediaAccess', 'camera']);
      expect(rows.find(({ capability }) => capability === 'camera')?.state).toBe(
        answer === 'granted' ? 'granted' : 'refused',
      );
      expect(clock.waiting).toBe(0);
    },
  );

  test('a question that nobody answers does not hold the page for ever', async () => {
    const { fake, permissions, clock } = createPermissionBench();
    fake.module.systemPreferences.askForMediaAccess = () => new Promise(() => undefined);
    let done = false;
    const acting = permissions.act('camera').then(() => {
      done = true;
    });
    while (clock.waiting === 0) await settled();
    clock.advance(119_000);
    await settled();
    expect(done).toBe(false);
    clock.advance(1_000);
    await acting;
    expect(clock.waiting).toBe(0);
  });

  test('Screen Recording that was never granted is not called refused: macOS does not tell', async () => {
    const { row } = createPermissionBench();
    expect(await row('screenRecording')).toMatchObject({ state: 'unknown', action: 'request' });
  });

  test('asking for Screen Recording enrols the app by pictures of nothing, then leads to the list', async () => {
    const { fake, permissions, row, start } = createPermissionBench();
    await permissions.act('screenRecording');
    const options = { types: ['screen'], thumbnailSize: { width: 0, height: 0 } };
    expect(fake.grants.calls).toContainEqual(['getSources', options]);
    const asked = { state: 'not-granted', action: 'open-settings' };
    expect(await row('screenRecording')).toMatchObject(asked);
    // Another start of the app knows that it asked.
    expect(await row('screenRecording', start())).toMatchObject(asked);
    await permissions.act('screenRecording');
    expect(fake.shell.opened).toEqual([
      'x-apple.systempreferences:com.apple.preference.security?Privacy_ScreenCapture',
    ]);
  });

  test.each(['screenRecording', 'accessibility'] as const)(
    '%s that was granted before and is not now is not in effect, also after a start, with the way out',
    async (capability) => {
      const { fake, row, start } = createPermissionBench();
      fake.grants.media.screen = 'granted';
      fake.grants.isTrusted = true;
      expect(await row(capability)).toMatchObject({ state: 'granted', action: 'open-settings' });
      fake.grants.media.screen = 'denied';
      fake.grants.isTrusted = false;
      expect(await row(capability, start())).toMatchObject({
        state: 'not-effective',
        help: expect.stringMatching(/switch it on\..* with “–”, add it again with “\+”/),
        action: 'open-settings',
      });
    },
  );

  test('a grant of the release is none of the development copy', async () => {
    const { fake, dir, row } = createPermissionBench();
    fake.grants.isTrusted = true;
    await row('accessibility');
    const other = createPermissionBench({ dir, app: { ...macApp, isPackaged: false } });
    expect(await other.row('accessibility')).toMatchObject({ state: 'unknown' });
  });

  test('Accessibility is asked for by the system itself, and a granted one warns of what it means', async () => {
    const { fake, permissions, row } = createPermissionBench();
    await permissions.act('accessibility');
    expect(fake.grants.calls).toContainEqual(['isTrustedAccessibilityClient', true]);
    // The question of macOS is still open.
    expect(await row('accessibility')).toMatchObject({ state: 'not-granted' });
    fake.grants.isTrusted = true;
    expect(await row('accessibility')).toMatchObject({
      state: 'granted',
      help: expect.stringContaining('questions of this app'),
    });
  });

  test('Automation has no probe, and the row says why', async () => {
    const { fake, permissions, row } = createPermissionBench();
    expect(await row('automation')).toMatchObject({
      state: 'unknown',
      help: expect.stringContaining('once for each program'),
    });
    await permissions.act('automation');
    expect(fake.shell.opened[0]).toContain('Privacy_Automation');
  });

  test('notifications are not known until one was shown, or was not', async () => {
    const { fake, permissions, notifier, clock, row } = createPermissionBench();
    expect(await row('notifications')).toMatchObject({ state: 'unknown', action: 'request' });
    await permissions.act('notifications');
    expect(fake.notifications.map(({ title }) => title)).toEqual(['Notifications work']);
    expect(await row('notifications')).toMatchObject({ state: 'granted' });
    fake.grants.notifications = 'nothing';
    const refused = notifier.notify(hello);
    clock.advance(1_500);
    await expect(refused).rejects.toThrow();
    expect(await row('notifications')).toMatchObject({ state: 'refused', action: 'request' });
  });

  test('what a notifier can do besides is not lost while it learns', async () => {
    const { notifier } = createPermissionBench();
    const overlay = () => undefined;
    expect(learningNotifier({ ...notifier, overlay }).overlay).toBe(overlay);
  });

  test('System Settings that do not open are an error that says where to go', async () => {
    const { fake, permissions } = createPermissionBench();
    fake.shell.openExternal = () => Promise.reject(new Error('no pane'));
    await expect(permissions.act('automation')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('Privacy & Security, Automation'),
    });
  });

  test.each([
    ['/Volumes/OpenClaw/OpenClaw Companion.app/Contents/MacOS/OpenClaw Companion'],
    ['/private/var/folders/x/AppTranslocation/ABC/d/C.app/Contents/MacOS/C'],
  ])('a copy at %s asks for nothing: its grants would be lost', async (execPath) => {
    const { fake, permissions } = createPermissionBench({ app: { ...macApp, execPath } });
    const { warning, rows } = await permissions.list();
    expect(warning).toContain('Applications folder');
    expect(rows.map(({ action }) => action)).toEqual(rows.map(() => null));
    await expect(permissions.act('camera')).rejects.toThrow('Applications folder');
    expect(fake.grants.calls.map(([name]) => name)).not.toContain('askForMediaAccess');
  });

  test('the holder is the bundle that the system lists, and a development copy says it is not one', async () => {
    expect(await createPermissionBench().permissions.list()).toMatchObject({
      holder: {
        name: 'OpenClaw Companion',
        bundleId: 'ai.openclaw.companion',
        path: '/Applications/OpenClaw Companion.app',
      },
      warning: null,
    });
    const development = createPermissionBench({ app: { ...macApp, isPackaged: false } });
    const { holder, warning } = await development.permissions.list();
    expect(holder.bundleId).toBe('ai.openclaw.companion.debug');
    expect(warning).toContain('terminal');
  });

  test('tells commands whether the screen may be recorded', () => {
    const { fake, permissions } = createPermissionBench();
    expect(permissions.isGranted('screenRecording')).toBe(false);
    fake.grants.media.screen = 'granted';
    expect(permissions.isGranted('screenRecording')).toBe(true);
  });

  test('D7: a question names what commands get, and what is not known', () => {
    const { fake, permissions } = createPermissionBench();
    expect(permissions.ofCommands()).toBe(
      "runs with this app's permissions: none granted; not known: Automation",
    );
    fake.grants.media.screen = 'granted';
    fake.grants.isTrusted = true;
    fake.grants.media.camera = 'unknown';
    expect(permissions.ofCommands()).toBe(
      "runs with this app's permissions: Screen Recording, Accessibility; not known: Automation, Camera",
    );
    const asked = fake.grants.calls.filter(
      ([name, argument]) => /ask/i.test(`${name}`) || argument === true,
    );
    expect(asked).toEqual([]);
  });

  test('what it remembers is private, and a damaged memory is only forgotten', async () => {
    const { fake, memoryPath, row, start, log } = createPermissionBench();
    fake.grants.isTrusted = true;
    await row('accessibility');
    expect(statSync(memoryPath).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(memoryPath, 'utf8')).bundles).toEqual({
      'ai.openclaw.companion': { accessibility: { asked: false, granted: true } },
    });
    writeFileSync(memoryPath, '{');
    fake.grants.isTrusted = false;
    expect(await row('accessibility', start())).toMatchObject({ state: 'unknown' });
    expect(log.lines.map(({ event }) => event)).toEqual(['permissions.memory']);
  });
});
