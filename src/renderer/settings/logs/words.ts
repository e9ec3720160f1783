import type { Input } from '#ipc/contract.ts';

/** Words of the Logs pane. */
export const logsWords = {
  level: 'Level',
  levels: {
    debug: 'Everything',
    info: 'Info and above',
    warn: 'Warnings and errors',
    error: 'Errors',
  } satisfies Record<Input<'logs.tail'>['level'], string>,
  names: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  lines: 'Log, newest at the end',
  none: 'Nothing of this level was logged.',
  held: 'Held while you read.',
  newest: 'Go to the newest',
  export: 'Export without secrets…',
  exported: (path: string): string => `Written, readable only by you: ${path}`,
} as const;
