import type { PolicyChoice } from './desktop/policy-choice.ts';
import { claimed, quoted, safe } from './quoted.ts';

/**
 * Words of the icon, its menu, notifications and status; reached as `messages.desktop` (D16).
 * Parameters are raw; what comes from others is made safe to show in here.
 */

const name = 'OpenClaw Companion';

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** Whom a pause is for: `"main" (claimed)`. */
const agent = claimed;

/** `Paused: "main" (claimed)`. */
function paused(agents: readonly string[]): string {
  const [only] = agents;
  if (agents.length !== 1 || only === undefined) return `${agents.length} agents are paused`;
  return `Paused: ${claimed(only)}`;
}

const headline = {
  starting: 'Starting',
  quiet: 'Quiet',
  attention: 'Needs attention',
  /** Commands that wait for an answer, and devices and nodes that want to be let in. */
  waiting: (requests: number, devices: number): string => {
    if (devices === 0) return counted(requests, 'request waits', 'requests wait');
    if (requests === 0) {
      return counted(devices, 'device wants to be let in', 'devices want to be let in');
    }
    return `${counted(requests, 'request', 'requests')} and ${counted(devices, 'device', 'devices')} wait`;
  },
  standstill: 'Everything is paused',
  running: (count: number): string => counted(count, 'command is running', 'commands are running'),
  paused,
} as const;

/** What is wrong and what to do about it. */
const problems = {
  policy: (problem: string): string =>
    `${safe(problem)} Everything is denied until that file is mended; see: openclaw-mac policy list`,
  ownGateway: 'Not connected to the Gateway of this companion; it keeps trying. See the logs.',
  attachedGateway: (url: string): string =>
    `Not connected to the Gateway at ${safe(url)}; it keeps trying. If that Gateway asks for it, approve this computer there.`,
  window:
    'The approval window could not be shown. What is asked waits, and nothing is allowed by that. Open the window to try again.',
} as const;

const policies: Readonly<Record<PolicyChoice | 'custom', string>> = {
  deny: 'Deny everything',
  'ask-on-miss': 'Ask when no rule allows it',
  'allow-all': 'Allow everything without asking',
  custom: 'Custom',
};

const menu = {
  showWaiting: (count: number): string =>
    count === 1 ? 'Show the waiting request' : `Show the ${count} waiting requests`,
  showPairing: (count: number): string =>
    count === 1
      ? 'Show the device that wants to be let in'
      : `Show the ${count} devices that want to be let in`,
  status: 'Show status',
  active: 'Active',
  pauseFor: (minutes: number): string => `Pause for ${minutes} minutes`,
  pause: 'Pause until I resume',
  resumeAll: (until: string | null): string =>
    until === null ? 'Resume' : `Resume (paused until ${until})`,
  policy: 'Commands of agents',
  policies,
  resume: (raw: string, until: string): string => `End the pause of ${agent(raw)} (until ${until})`,
  gateway: (gateway: {
    readonly url: string;
    readonly mode: 'own' | 'attached';
    readonly node: boolean;
    readonly operator: boolean;
  }): string => {
    const state = gateway.node && gateway.operator ? 'connected' : 'not connected';
    const whose = gateway.mode === 'own' ? 'Gateway' : 'OpenClaw’s Gateway';
    return `${whose} ${safe(gateway.url)}: ${state}`;
  },
  health: (text: string, time: string): string => `${text} · checked ${time}`,
  node: (name: string): string => `Node ${quoted(name)}: connected`,
  moreNodes: (count: number): string => counted(count, 'more node', 'more nodes'),
  dashboard: 'Open the dashboard of the Gateway',
  settings: 'Settings…',
  logs: 'Open the logs folder',
  about: `About ${name}`,
  quit: `Quit ${name}`,
} as const;

/** The menu bar of macOS. */
const appMenu = {
  about: menu.about,
  settings: menu.settings,
  quit: menu.quit,
  edit: 'Edit',
  window: 'Window',
} as const;

export const desktopMessages = {
  name,
  agent,
  headline,
  problems,
  menu,
  appMenu,
  tooltip: (lines: readonly string[]): string => `${name}: ${lines.join('\n')}`,
  /** Labels of names in the window, where the label stands before the name. */
  from: {
    here: 'on this computer',
    node: 'node',
    nodeHost: 'through node host',
    host: 'host',
    session: 'session',
  },
  /** What a command gets from the system when it runs here (D7); names as the system calls them. */
  permissions: {
    /** The system has no grants for apps. */
    asUser: 'runs as you, with everything this app may do',
    held: (granted: readonly string[], unknown: readonly string[]): string => {
      const known = granted.length === 0 ? 'none granted' : granted.join(', ');
      const rest = unknown.length === 0 ? '' : `; not known: ${unknown.join(', ')}`;
      return `runs with this app's permissions: ${known}${rest}`;
    },
  },
  argumentsDiffer:
    'the arguments are not simply the words of the command; Details lists each of them',
  /** A person can agree to "always" only after reading what it means (AP-12). */
  alwaysElsewhere:
    'a rule that the program that asks keeps itself; what it will allow is not known here',
  announcement: {
    title: 'A request waits for your answer',
    /** The command stays out of it: notifications are shown on locked screens too (AP-14). */
    body: (title: string): string => `${title}. Nothing is allowed until you answer.`,
  },
  startFailed: {
    title: `${name} could not start`,
    body: (why: string, hint: string): string => `${safe(why)}\n\n${safe(hint)}`,
    seeLog: (path: string): string => `The log may say more: ${path}`,
  },
  /** To a page that does what only a person can do. */
  notShown: 'This window is not open. Nothing happened; open it and try again.',
  /** Its page crashed again and again. */
  windowBroken: {
    title: 'The approval window could not be shown',
    body: 'What is asked waits, and nothing is allowed by that. Open the window from the icon to try again, or answer with: openclaw-mac approvals',
  },
} as const;
