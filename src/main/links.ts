import { dirname } from 'node:path';
import type { Shell } from 'electron';
import type { StateDir } from '#host/store/state-dir.ts';
import type { linkKeys } from '#ipc/general.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { openDashboard, openExternalLink } from './security/external-links.ts';

export type LinkKey = (typeof linkKeys)[number];

export interface LinksDeps {
  readonly shell: Pick<Shell, 'openExternal' | 'openPath'>;
  readonly stateDir: Pick<StateDir, 'root' | 'log'>;
  /** @throws CompanionError UNAVAILABLE until the companion has started. */
  readonly gateway: () => CompanionStatus['gateway'];
}

/**
 * Opens what a button or the menu of the icon names by its key; addresses and folders are made
 * here (ES-11).
 * @returns false when there is nothing to open, or the system could not.
 */
export type OpenLink = (key: LinkKey) => Promise<boolean>;

export function createLinks({ shell, stateDir, gateway }: LinksDeps): OpenLink {
  // What comes back is the system's reason, in its own language.
  const folder = async (path: string) => (await shell.openPath(path)) === '';
  return (key) => {
    switch (key) {
      case 'dashboard':
        return openDashboard(gateway(), shell);
      case 'state-folder':
        return folder(stateDir.root);
      case 'logs-folder':
        return folder(dirname(stateDir.log));
      default:
        return openExternalLink(key, shell);
    }
  };
}
