import type { PermissionRow } from '#ipc/permissions.ts';

/** Words of the Permissions pane; titles and help come from the main process. */
export const permissionWords = {
  lead: 'Commands run with the permissions of this app. It asks for none by itself; nothing here has to be granted.',
  holder: 'Held by',
  bundleId: 'Bundle id',
  path: 'Runs from',
  neededBy: (what: string): string => `For: ${what}.`,
  states: {
    granted: 'Granted',
    refused: 'Refused',
    'not-asked': 'Not asked for yet',
    'not-granted': 'Not granted',
    unknown: 'Not known',
    'not-effective': 'Was granted, is not now',
    'not-here': 'Nothing to grant here',
  } satisfies Record<PermissionRow['state'], string>,
  openSettings: 'Open System Settings',
  ask: 'Ask',
  show: 'Show one',
  asking: 'Asking…',
  actionOn: (action: string, title: string): string => `${action}: ${title}`,
  now: (title: string, state: string): string => `${title}: ${state}`,
} as const;
