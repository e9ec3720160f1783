/**
 * Every text the pages add to what the main process tells them (D16). Sentences about a question
 * and its answer come from the main process, so that all surfaces say the same.
 */

const count = (value: number): string => value.toLocaleString('en');
const plural = (value: number, one: string, many: string): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1_000));

/** `0:12`, `14:05`, `3 h`: rounded up, so that the last second is never shown as gone. */
function clock(ms: number): string {
  const seconds = wholeSeconds(ms);
  if (seconds >= 3_600) return `${Math.ceil(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function duration(ms: number): string {
  const seconds = wholeSeconds(ms);
  if (seconds <= 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 60 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** Of a name on a button. */
const longestName = 8;

/** Runs on this computer; the other kinds only answer somebody else's question. */
const runsHere = (kind: string): boolean => kind === 'exec';

export const words = {
  clock,
  duration,
  claimed: (name: string): string => `"${name}" (claimed)`,

  header: {
    left: (ms: number): string => `${duration(ms)} left to answer`,
    over: 'Time is over',
    noLimit: 'Waits until you answer',
    keepWaiting: 'Keep waiting',
    keepWaitingHint: 'Gives it its whole time again, from now; nothing is decided by that',
  },

  command: {
    label: (characters: number): string =>
      `Command, ${plural(characters, 'character', 'characters')}`,
    copy: 'Copy command',
    copied: 'Copied',
    notCopied: 'Not copied',
    characters: (characters: number): string => plural(characters, 'character', 'characters'),
    invisible: 'A character that cannot be seen, or that looks like another',
  },

  facts: {
    runs: 'Runs',
    cwd: 'In',
    env: 'Sets',
    why: 'Asked because',
    how: 'How',
    /** Other places show the same words behind a label, where they begin small. */
    sentence: (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
    count: 'Counts for',
    identical: (waiting: number): string =>
      `${waiting} identical requests; one answer is for all of them`,
    unknownExecutable: 'Not known: the asker did not say, and it does not run here',
    unknownFolder: 'Not known',
    once: 'Can only be allowed once.',
  },

  notes: {
    label: 'What it could do',
    /** Read out before the number of a note. */
    note: 'Note',
    /** Read out where the command says what these notes speak of. */
    spoken: (numbers: readonly number[]): string =>
      numbers.map((number) => `note ${number}`).join(', '),
    more: (more: number): string => `${more} more under Details`,
  },

  details: {
    toggle: 'Details',
    notes: 'More notes',
    env: 'Environment it sets',
    agent: 'Agent',
    from: 'From',
    request: 'Request',
    kind: 'Kind',
    kinds: {
      exec: 'A command that runs here',
      'socket-request': 'A command that a program on this computer runs',
      'gateway-request': 'A command that the Gateway lets run',
      'policy-change': 'A change of what may run without a question',
    },
    asked: 'Asked at',
    length: 'Length',
    digest: 'Digest of what is shown',
    plan: 'Digest of the plan',
    identity: 'The program file',
  },

  answer: {
    deny: 'Deny',
    denyAndPause: 'Deny and pause',
    /** In quotes: it is what the agent calls itself. The hint has all of it. */
    shortName: (name: string): string => {
      const characters = [...name];
      const isLong = characters.length > longestName;
      return `"${isLong ? `${characters.slice(0, longestName - 1).join('')}…` : name}"`;
    },
    denyAndPauseHint: (name: string, told: string): string =>
      `Denies this, and ${told} nobody is asked about the agent that calls itself "${name}"`,
    pauseLength: 'Deny and choose for how long to pause',
    /** What the choice is called behind “Deny and pause”, and how it is told. */
    pauses: {
      '10-minutes': { choice: 'for 10 min', told: 'for 10 minutes' },
      '1-hour': { choice: 'for 1 h', told: 'for one hour' },
      'until-tomorrow': { choice: 'until tomorrow', told: 'until the end of today' },
    },
    always: 'Always…',
    once: 'Why it can be allowed only once',
    onceBecause: (because: string): string => `Can only be allowed once. ${because}`,
    allowOnce: 'Allow once',
    later: 'Answer later',
    laterHint:
      'Closes this window and decides nothing. The request goes on waiting, and so does its time; the icon in the menu bar or tray opens it again',
    addNote: 'Add a note for the agent',
    noteLabel: 'Note for the agent, sent with a deny',
    removeNote: 'Remove the note',
    scrollToEnd: (read: number, screens: number): string =>
      `Scroll to the end to allow · ${count(read)} of ${count(screens)} screens read`,
    queue: (waiting: number): string => `1 of ${waiting} waiting`,
    only: 'Nothing else waits',
    showAll: 'Show all',
  },

  always: {
    title: 'Allow without asking',
    scopes: {
      'exact-here': 'exactly this command, only in this folder',
      'exact-anywhere': 'exactly this command, in any folder',
      'any-arguments-here': 'this program with any arguments, only in this folder',
    },
    wide: 'wide',
    for: 'For',
    /** What the choice is called, and how it is told. */
    lasts: {
      '15-minutes': { choice: '15 min', told: 'for 15 min' },
      today: { choice: 'today', told: 'until the end of today' },
      '30-days': { choice: '30 days', told: 'for 30 days' },
      'until-removed': { choice: 'until removed', told: 'until it is removed' },
    },
    agent: 'Agent',
    oneAgent: (name: string): string => `"${name}"`,
    everyAgent: 'every agent',
    rules: 'What is stored',
    storedFor: 'Stored for',
    nothing: 'Nothing is ticked, so nothing would be stored.',
    lead: (rules: number): string =>
      rules === 1
        ? 'This rule is stored, word for word:'
        : 'These rules are stored, word for word:',
    back: 'Back',
    save: (kind: string, rules: number): string =>
      `Save ${rules === 1 ? 'rule' : 'rules'} and ${runsHere(kind) ? 'run' : 'allow'}`,
  },

  list: {
    title: (waiting: number): string =>
      waiting === 1 ? '1 request waits' : `${waiting} requests wait`,
    lead: 'Nothing can be allowed from this list.',
    back: 'Back',
    denyAll: (listed: number): string => `Deny all ${listed} listed`,
    denyThese: (listed: number): string => `Deny these ${listed}`,
    showCommand: 'Show all of it',
    hideCommand: 'Show less',
    newer: (newer: number): string =>
      newer === 1 ? '1 more arrived and is not listed' : `${newer} more arrived and are not listed`,
    showNewer: 'List it too',
    noneLeft: 'All of them are answered.',
  },

  nothing: {
    title: 'Nothing waits for an answer',
    close: 'Close',
  },

  askAgain: {
    button: 'Ask again',
    hint: 'Tells the agent that it may ask again; nothing runs by that',
  },

  loading: 'Waiting for the companion…',

  /** What is read out to people who cannot see the page. */
  live: {
    request: (title: string, leftMs: number | null): string =>
      `New request: ${title}.${leftMs === null ? '' : ` ${duration(leftMs)} left to answer.`}`,
    allowAvailable: 'Allow available',
    keepWaiting: 'Half of the time is over. Keep waiting is available.',
    keptWaiting: 'It has its whole time again.',
  },

  failed: {
    unknown: 'Your answer changed nothing: that question was no longer open.',
    stale: 'The question changed while you answered. Nothing was decided; read it again.',
    'not-offered': 'That answer is not offered here. Nothing was decided.',
    extend: 'It has no more time to give: its limit is not ours, or it is over.',
    askAgain:
      'No session could be told. The agent may ask again by itself; it does not have to wait for that.',
    bridge: 'The companion did not take the answer. Nothing was decided; try again.',
    some: (failed: number, listed: number): string =>
      `${failed} of ${listed} were no longer open or had changed; nothing was decided about them.`,
  },

  status: {
    waiting: (waiting: number): string => plural(waiting, 'request waits', 'requests wait'),
    noneWaiting: 'No request waits',
    open: 'Answer',
    paused: 'Paused agents',
    until: (time: string): string => `until ${time}`,
    recent: 'Last decisions',
    noRecent: 'No decision yet',
    outcomes: {
      allowed: 'Allowed',
      denied: 'Denied',
      expired: 'Expired',
      cancelled: 'Withdrawn',
      invalid: 'Not valid',
      /** A person changed the companion itself; no request was decided. */
      change: 'Change to the companion',
      byRule: 'Allowed by a rule',
      allowedByPolicy: 'Allowed by policy',
      deniedByPolicy: 'Denied by policy',
    },
    version: (version: string): string => `Version ${version}`,
    quit: 'Quit',
  },

  settings: {
    navigation: 'Settings',
    sections: {
      approvals: 'Approvals',
      rules: 'Rules',
      permissions: 'Permissions',
      connection: 'Connection',
      general: 'General',
      logs: 'Logs',
      about: 'About',
    },
    saved: 'Saved',
    undone: 'Taken back',
    undo: 'Undo',
    hide: 'Hide',
    back: 'Back',
    retry: 'Try again',
    loading: 'Waiting for the companion…',
    noAnswer: 'The companion did not answer. Nothing was changed; try again.',
  },
} as const;
