import type { WebPreferences } from 'electron';

export interface PagePreferences {
  /** Absolute path of the built preload script. */
  readonly preload: string;
  /** In-memory session of this window alone (AP-01); the name must not start with `persist:`. */
  readonly partition: string;
  /** A packaged app has no developer tools (ES-18). */
  readonly packaged: boolean;
}

/**
 * The only place where web preferences are written (ES-02, 03, 04, 06, 08, 18). Most are Electron's
 * defaults; they are spelled out so that a changed default changes nothing here.
 */
export function secureWebPreferences(page: PagePreferences): WebPreferences {
  return {
    preload: page.preload,
    partition: page.partition,
    devTools: !page.packaged,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Would fetch dictionaries from the network and keep what people type.
    spellcheck: false,
    // Windows grow with their content (ui.md §2); without it Electron does not tell its height.
    enablePreferredSizeMode: true,
  };
}
