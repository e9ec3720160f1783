import type { Input } from '#ipc/contract.ts';

/** Words of the Logs pane. */
export const logsWords = {
  level: 'Show',
  levels: {
    debug: 'Everything',
    info: 'Info and above',
    warn: 'Warnings and errors',
    error: 'Errors',
  } satisfies Record<Input<'logs.tail'>['level'], string>,
  write: 'Write down',
  writeHint: 'Holds from now on. Secrets are left out at every level.',
  writes: {
    error: 'Errors only',
    warn: 'Problems',
    info: 'What happens',
    debug: 'Everything',
  } satisfies Record<Input<'logs.write'>['level'], string>,
  names: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  lines: 'Log, newest at the end',
  none: 'Nothing of this level was logged.',
  held: 'Held while you read.',
  newest: 'Go to the newest',
  export: 'Export without secrets…',
  exported: (path: string): string => `Written, readable only by you: ${path}`,
} as const;
