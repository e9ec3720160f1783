import { describe, expect, test } from 'vitest';
import { createPermissionBench, linuxApp } from '#support/permission-bench.ts';

const bench = (env: Readonly<Record<string, string>> = {}) =>
  createPermissionBench({ app: { ...linuxApp, env: { ...linuxApp.env, ...env } } });

describe('permissions on Linux', () => {
  test('nothing is granted here, and each row says what holds instead', async () => {
    const { permissions, fake } = bench();
    const { rows, warning } = await permissions.list();
    expect(warning).toBe(null);
    const others = rows.filter(({ capability }) => capability !== 'notifications');
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'not-here'));
    expect(others.map(({ help }) => help)).not.toContain(null);
    expect(others.map(({ action }) => action)).toEqual(others.map(() => null));
    await expect(permissions.act('camera')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fake.grants.calls).toEqual([]);
  });

  test('D7: a question says that a command may do what the person may, and names no grant', () => {
    const { fake, permissions } = bench();
    fake.grants.notifications = 'shown';
    expect(permissions.ofCommands()).toBe('runs as you, with everything this app may do');
  });

  test('Wayland asks for the screen each time; under X11 nothing protects it, nor our own questions', async () => {
    expect((await bench().row('screenRecording')).help).toContain('asks each time');
    const x11 = bench({ XDG_SESSION_TYPE: 'x11' });
    expect((await x11.row('screenRecording')).help).toContain('every program');
    expect((await x11.row('accessibility')).help).toContain('questions of this app');
  });

  test('notifications: not known, not shown, and tried again until one is', async () => {
    const { fake, permissions, row } = bench();
    expect(await row('notifications')).toMatchObject({ state: 'unknown', action: 'request' });
    fake.grants.notifications = 'failed';
    await permissions.act('notifications');
    expect(await row('notifications')).toMatchObject({ state: 'refused', action: 'request' });
    fake.grants.notifications = 'shown';
    await permissions.act('notifications');
    expect(await row('notifications')).toMatchObject({ state: 'granted', action: null });
  });

  test('without a notification daemon there are none', async () => {
    const { fake, row } = bench();
    fake.grants.notifications = 'unsupported';
    expect(await row('notifications')).toMatchObject({
      state: 'not-here',
      help: expect.stringContaining('notification daemon'),
      action: null,
    });
  });

  test('the holder of an AppImage is the file, not the mount that goes away', async () => {
    const env = { APPIMAGE: '/home/ann/C.AppImage', APPDIR: '/opt/companion' };
    expect((await bench(env).permissions.list()).holder.path).toBe('/home/ann/C.AppImage');
    expect((await bench().permissions.list()).holder.path).toBe('/opt/companion/companion');
  });
});
