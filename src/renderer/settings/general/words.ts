import type { General } from '#ipc/general.ts';

/** Words of the General pane; help about a status comes from the main process. */
export const generalWords = {
  app: 'This app',
  login: 'Launch at login',
  loginStates: {
    on: 'Starts when you log in.',
    off: 'Does not start by itself.',
    'needs-approval': 'Set up, but not allowed to start.',
    unknown: 'Not known.',
  } satisfies Record<General['launchAtLogin']['status'], string>,
  dock: 'Stay in the Dock',
  dockHint: 'Otherwise the app is in the Dock only while a window like this one is open.',
  announce: 'Announce waiting requests',
  announceHint:
    'With a notification. It never holds the command, and nothing can be allowed from it.',
  pause: 'Pause everything',
  quit: 'Quit the app',
  quitHint:
    'Commands that run are stopped and requests that wait are cancelled. Until the app is started again, nothing runs through it.',
  notSo: 'The system did not take this. Nothing was changed.',
} as const;
