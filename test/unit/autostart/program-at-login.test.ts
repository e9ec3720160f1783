import { describe, expect, it } from 'vitest';
import { programAtLogin, type RunningApp } from '#main/login-item/program-at-login.ts';

const packaged: RunningApp = {
  platform: 'linux',
  isPackaged: true,
  execPath: '/opt/companion/companion',
  appPath: '/opt/companion/resources/app.asar',
  env: {},
};
const mounted: RunningApp = {
  ...packaged,
  execPath: '/tmp/.mount_compXYZ/companion',
  env: { APPIMAGE: '/home/ada/companion.AppImage', APPDIR: '/tmp/.mount_compXYZ' },
};

describe('what starts at login', () => {
  it('is the packaged program itself', () => {
    expect(programAtLogin(packaged)).toEqual({ argv: [packaged.execPath, '--launched-at-login'] });
  });

  it('is Electron with the app’s folder for a development copy', () => {
    const app = { ...packaged, isPackaged: false, execPath: '/r/dist/electron', appPath: '/r' };
    expect(programAtLogin(app)).toEqual({
      argv: ['/r/dist/electron', '/r', '--launched-at-login'],
    });
  });

  it('is told again what this copy was told', () => {
    const again = ['--state-dir=/srv/state', '--port=18790'];
    const argv = [packaged.execPath, '--launched-at-login', ...again];
    expect(programAtLogin({ ...packaged, again })).toEqual({ argv });
    expect(programAtLogin({ ...packaged, isPackaged: false, again })).toMatchObject({
      argv: expect.arrayContaining(again),
    });
  });

  it('is the AppImage, not the mount that is gone after it', () => {
    expect(programAtLogin(mounted)).toEqual({
      argv: ['/home/ada/companion.AppImage', '--launched-at-login'],
    });
  });

  it('is not the AppImage that a terminal was started from', () => {
    for (const APPDIR of ['/tmp/.mount_term', '/tmp/.mount_compXY', '']) {
      const env = { ...mounted.env, APPDIR };
      expect(programAtLogin({ ...mounted, env })).toMatchObject({
        argv: [mounted.execPath, '--launched-at-login'],
      });
    }
    const env = { ...mounted.env, APPIMAGE: 'companion.AppImage' };
    expect(programAtLogin({ ...mounted, env })).toMatchObject({
      argv: [mounted.execPath, '--launched-at-login'],
    });
  });

  it.each([
    '/Volumes/Companion/Companion.app/Contents/MacOS/Companion',
    '/private/var/folders/x/T/AppTranslocation/1/d/Companion.app/Contents/MacOS/Companion',
  ])('is nothing for a copy that will not be there: %s', (execPath) => {
    expect(programAtLogin({ ...packaged, platform: 'darwin', execPath })).toMatchObject({
      why: expect.stringContaining('disk image'),
    });
    expect(programAtLogin({ ...packaged, execPath })).toHaveProperty('argv');
  });
});
