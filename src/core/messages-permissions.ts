/**
 * Words about what the operating system lets this app do (D16). They say what is known and no more:
 * several systems do not tell a refusal from a question that was never asked.
 */

const permissionTitles = {
  notifications: 'Notifications',
  screenRecording: 'Screen Recording',
  accessibility: 'Accessibility',
  automation: 'Automation',
  microphone: 'Microphone',
  camera: 'Camera',
} as const;
type Name = keyof typeof permissionTitles;

const inSettings = (name: Name): string =>
  name === 'notifications'
    ? 'System Settings, Notifications'
    : `System Settings, Privacy & Security, ${permissionTitles[name]}`;

const mac = {
  /** The list has a switch for each app and tells it nothing. */
  notTold: 'Refused, or never asked for: macOS does not tell which.',
  notGranted: (name: Name): string =>
    `Asked for, and not granted yet. Switch this app on in ${inSettings(name)}; then quit the app and start it again, or the switch may not count.`,
  stale: (name: Name): string =>
    `macOS granted this before and no longer does. If the switch in ${inSettings(name)} is off, switch it on. If it is on, it belongs to an earlier copy: remove it from that list with “–”, add it again with “+”. Then quit the app and start it again.`,
  /** A grant that the system forgot: nothing to remove, only to ask again. */
  forgotten:
    'macOS granted this before and has forgotten it, as it does when the signature of an app changes. Ask again.',
  refused: (name: Name): string =>
    `Refused. Switch this app on in ${inSettings(name)}; then quit the app and start it again.`,
  restricted:
    'A profile or the parental controls of this Mac forbid it; only whoever manages this Mac can change that.',
  unknown: (name: Name): string => `macOS does not tell. See ${inSettings(name)}.`,
  accessibilityGranted:
    'Commands that you allow can click and type everywhere, also on the questions of this app. Take it away when nothing needs it.',
  automation: `macOS has no answer for all programs: it asks once for each program that a command wants to control, when it first tries. The answers are in ${inSettings('automation')}.`,
  notificationsUnknown:
    'macOS tells a program only by showing one. Show one to find out; the first one makes macOS ask.',
  notificationsRefused: `The last one was not shown. Allow them in ${inSettings('notifications')}, then show one again.`,
} as const;

const linux = {
  notificationsMissing:
    'No program shows notifications in this session. Install a notification daemon; requests still open their window.',
  notificationsUnknown: 'The desktop tells a program only by showing one. Show one to find out.',
  notificationsRefused:
    'The last one was not shown. Look at the notification settings of your desktop, then try again.',
  screenX11:
    'Under X11 every program of your session can see the screen; there is nothing to grant.',
  screenWayland: 'Under Wayland the desktop asks each time a program wants to see the screen.',
  controlX11:
    'Under X11 every program of your session can click and type in every other one, also on the questions of this app.',
  controlWayland: 'Under Wayland no program can click or type in another one without the desktop.',
  automation: 'This system has no such permission.',
  devices:
    'This system has no such permission for programs of your own; commands use what your user may use.',
} as const;

const elsewhere = 'This system has no such permission, or no way to ask for it.';

const holder = {
  passing:
    'This copy runs from a disk image or a quarantine folder, so grants given to it are lost. Move the app to the Applications folder, start it there, then grant them.',
  development:
    'This is a development copy: macOS gives the permissions to the program that it was started from, such as the terminal. What is said here may be about that program.',
} as const;

export const permissionMessages = {
  titles: permissionTitles,
  neededBy: {
    notifications: 'Announcing requests that wait, and notifications that agents send',
    screenRecording: 'Commands that take pictures of the screen or record it',
    accessibility: 'Commands that click and type in other programs, or read their windows',
    automation: 'Commands that control other programs, such as osascript',
    microphone: 'Commands that record sound',
    camera: 'Commands that take pictures or video with the camera',
  },
  mac,
  linux,
  elsewhere,
  holder,
  /** Shown when a person asks for it, so that there is something to see. */
  trial: {
    title: 'Notifications work',
    body: 'This is how a request that waits for your answer is announced.',
  },
  nothingToDo: 'There is nothing to ask for here.',
  noSettings: (name: Name): string => `System Settings did not open. Go to ${inSettings(name)}.`,
} as const;
