import type { Input } from '#ipc/contract.ts';

/** Words of the About pane, and of the buttons that open something outside. */
export const aboutWords = {
  version: (version: string): string => `Version ${version}`,
  lead: 'Lets AI agents run commands on this computer, when your rules or you say so.',
  bundleId: 'Bundle id',
  stateDir: 'State folder',
  licence: 'Licence',
  links: {
    documentation: 'OpenClaw documentation',
    source: 'OpenClaw source code',
    dashboard: 'Open dashboard',
    'state-folder': 'Open state folder',
    'logs-folder': 'Open logs folder',
  } satisfies Record<Input<'links.open'>['link'], string>,
  notOpened: 'The system could not open it.',
} as const;
