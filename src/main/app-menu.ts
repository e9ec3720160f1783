import type * as Electron from 'electron';
import { messages } from '#core/messages.ts';
import type { SettingsView } from './state/settings-view.ts';

export interface AppMenuDeps {
  readonly electron: Pick<typeof Electron, 'Menu'>;
  readonly platform: NodeJS.Platform;
  readonly settingsView: Pick<SettingsView, 'open'>;
}

/**
 * Takes the place of Electron's own menu, which reloads and zooms pages and opens developer tools.
 * Only macOS needs one: without it, text there cannot be copied with the keyboard.
 */
export function setAppMenu({ electron: { Menu }, platform, settingsView }: AppMenuDeps): void {
  const isMac = platform === 'darwin';
  Menu.setApplicationMenu(isMac ? Menu.buildFromTemplate(macMenu(settingsView)) : null);
}

const words = messages.desktop.appMenu;
const line = { type: 'separator' } as const;

function macMenu(settingsView: AppMenuDeps['settingsView']): Electron.MenuItemConstructorOptions[] {
  return [
    {
      label: messages.desktop.name,
      submenu: [
        { label: words.about, click: () => settingsView.open('about') },
        line,
        {
          label: words.settings,
          accelerator: 'Command+,',
          click: () => settingsView.open(),
        },
        line,
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        line,
        { role: 'quit', label: words.quit },
      ],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    { label: words.window, submenu: [{ role: 'close' }, { role: 'minimize' }] },
  ];
}
