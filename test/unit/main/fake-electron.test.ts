import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeElectron } from '#support/fake-electron.ts';
import { runMain } from '#support/run-main.ts';
import { tempDir } from '#support/temp-dir.ts';

test('the double throws on what it does not model', () => {
  const { module, app } = createFakeElectron();
  app.becomeReady();
  const window = new module.BrowserWindow({});
  expect(() => module.app.getGPUFeatureStatus()).toThrow('app.getGPUFeatureStatus is not modelled');
  expect(() => window.setOpacity(1)).toThrow('browserwindow.setOpacity is not modelled');
  expect(() => window.webContents.openDevTools()).toThrow('webContents.openDevTools');
  expect(() => module.BrowserWindow.getFocusedWindow()).toThrow('BrowserWindow.getFocusedWindow');
  expect(() => module.session.defaultSession.clearCache()).toThrow('session.clearCache');
});

test('the double refuses what Electron refuses before or after it is ready', () => {
  const { module, app } = createFakeElectron();
  expect(() => new module.BrowserWindow({})).toThrow('after app is ready');
  expect(() => module.session.fromPartition('x')).toThrow('after app is ready');
  app.becomeReady();
  expect(() => module.app.enableSandbox()).toThrow('before app is ready');
  expect(() => module.protocol.registerSchemesAsPrivileged([])).toThrow('before app is ready');
});

test('quitting asks every window, and one that stays keeps the app running', () => {
  const { module, app, windows } = createFakeElectron();
  app.becomeReady();
  const window = new module.BrowserWindow({});
  const stay = (event: { preventDefault(): void }) => event.preventDefault();
  window.on('close', stay);
  module.app.quit();
  expect(app.exitCode).toBeNull();
  window.removeListener('close', stay);
  module.app.quit();
  expect([app.exitCode, windows.length]).toEqual([0, 0]);
});

test('an app that nobody asked to stay ends with its last window', () => {
  const { module, app } = createFakeElectron();
  app.becomeReady();
  new module.BrowserWindow({}).destroy();
  expect(app.exitCode).toBe(0);
});

function writeBundle(): string {
  const dir = tempDir();
  writeFileSync(join(dir, 'chunk.mjs'), 'export const state = { starts: 0 };');
  writeFileSync(
    join(dir, 'index.mjs'),
    `import { app, BrowserWindow } from 'electron';
     import { state } from './chunk.mjs';
     state.starts += 1;
     export const order = ['loaded ' + app.isReady()];
     app.whenReady().then(() => {
       order.push('ready ' + state.starts);
       new BrowserWindow({ title: 'made by the bundle' });
     });`,
  );
  return join(dir, 'index.mjs');
}

test('a built main bundle runs in plain Node against its own double, fresh each time', async () => {
  const bundle = writeBundle();
  for (const _run of [1, 2]) {
    const fake = createFakeElectron();
    const loaded = await runMain(bundle, fake);
    await fake.module.app.whenReady();
    expect(loaded.order).toEqual(['loaded false', 'ready 1']);
    expect(fake.windows.map(({ options }) => options.title)).toEqual(['made by the bundle']);
  }
});

test('a bundle that imports what is not modelled does not start', async () => {
  const dir = tempDir();
  writeFileSync(
    join(dir, 'index.mjs'),
    "import { dialog } from 'electron'; dialog.showErrorBox();",
  );
  await expect(runMain(join(dir, 'index.mjs'), createFakeElectron())).rejects.toThrow('dialog');
});
