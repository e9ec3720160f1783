import type { Shell } from 'electron';

const pane = (name: string): string =>
  `x-apple.systempreferences:com.apple.preference.security?${name}`;

/** Everything the app ever opens outside itself; nobody else names an address (ES-11). */
const links = {
  docs: 'https://docs.openclaw.ai/',
  'settings.accessibility': pane('Privacy_Accessibility'),
  'settings.automation': pane('Privacy_Automation'),
  'settings.screen-recording': pane('Privacy_ScreenCapture'),
  'settings.microphone': pane('Privacy_Microphone'),
  'settings.camera': pane('Privacy_Camera'),
  'settings.notifications': 'x-apple.systempreferences:com.apple.Notifications-Settings.extension',
} as const satisfies Readonly<Record<string, string>>;

export type ExternalLink = keyof typeof links;

export function isExternalLink(key: unknown): key is ExternalLink {
  return typeof key === 'string' && Object.hasOwn(links, key);
}

/**
 * Opens a page of the table, in the browser or the system's settings.
 * @returns false when the key is not in the table or the system could not open it.
 */
export async function openExternalLink(
  key: unknown,
  shell: Pick<Shell, 'openExternal'>,
): Promise<boolean> {
  if (!isExternalLink(key)) return false;
  try {
    await shell.openExternal(links[key]);
    return true;
  } catch {
    // No browser or no such pane: the caller says so.
    return false;
  }
}
