import type { Shell } from 'electron';

const pane = (name: string): string =>
  `x-apple.systempreferences:com.apple.preference.security?${name}`;

/** Everything the app ever opens outside itself; nobody else names an address (ES-11). */
const links = {
  documentation: 'https://docs.openclaw.ai/',
  source: 'https://github.com/openclaw/openclaw',
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
  return isExternalLink(key) && (await open(links[key], shell));
}

/** Hosts that are this computer, however the system's resolver is set up. */
const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Opens the dashboard of an OpenClaw gateway that we are attached to. Its address is made from the
 * port alone: no token, no path, no other computer (ES-11).
 * @returns false when there is none, or the system could not open it.
 */
export async function openDashboard(
  gateway: { readonly url: string; readonly mode: 'own' | 'attached' },
  shell: Pick<Shell, 'openExternal'>,
): Promise<boolean> {
  if (gateway.mode !== 'attached' || !URL.canParse(gateway.url)) return false;
  const { protocol, hostname, port } = new URL(gateway.url);
  if (protocol !== 'ws:' || !loopback.has(hostname)) return false;
  return await open(`http://${hostname}${port === '' ? '' : `:${port}`}/`, shell);
}

async function open(address: string, shell: Pick<Shell, 'openExternal'>): Promise<boolean> {
  try {
    await shell.openExternal(address);
    return true;
  } catch {
    // No browser or no such pane: the caller says so.
    return false;
  }
}
