import type { MenuItemConstructorOptions } from 'electron';
import { expect, it } from 'vitest';
import type { SettingsSection } from '#ipc/contract.ts';
import { setAppMenu } from '#main/app-menu.ts';
import { createFakeElectron } from '#support/fake-electron.ts';

function bench(platform: 'darwin' | 'linux') {
  const { module, menu } = createFakeElectron({ platform });
  const opened: (SettingsSection | undefined)[] = [];
  expect(menu.application).toBe('default');
  setAppMenu({
    electron: module,
    platform,
    settingsView: { open: (section) => void opened.push(section) },
  });
  return { application: menu.application, opened };
}

function macMenu() {
  const { application, opened } = bench('darwin');
  if (application === null || application === 'default') throw new Error('no menu was set');
  return { menu: application, opened };
}

const itemsOf = ({ submenu }: MenuItemConstructorOptions) =>
  Array.isArray(submenu) ? submenu.filter(({ type }) => type !== 'separator') : [];

it('macOS: the app, editing and windows; nothing that reloads, zooms or opens developer tools', () => {
  expect(
    macMenu().menu.template.map((menu) => [
      menu.label,
      itemsOf(menu).map(({ role, label }) => role ?? label),
    ]),
  ).toEqual([
    [
      'OpenClaw Companion',
      ['About OpenClaw Companion', 'Settings…', 'hide', 'hideOthers', 'unhide', 'quit'],
    ],
    ['Edit', ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']],
    ['Window', ['close', 'minimize']],
  ]);
});

it('macOS: what is ours in it opens the settings and does nothing else, so no key of it allows anything', () => {
  const { menu, opened } = macMenu();
  const own = menu.template.flatMap(itemsOf).filter(({ role }) => role === undefined);
  expect(own.map(({ label, accelerator }) => [label, accelerator])).toEqual([
    ['About OpenClaw Companion', undefined],
    ['Settings…', 'Command+,'],
  ]);
  for (const { label = '' } of own) menu.choose(label);
  expect(opened).toEqual(['about', undefined]);
});

it('elsewhere there is no menu, and with it no key of Electron’s own', () => {
  expect(bench('linux').application).toBeNull();
});
