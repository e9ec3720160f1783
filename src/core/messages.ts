import type { ApprovalAsk, ApprovalOutcome, CancelReason, DecidedBy } from './approvals/types.ts';
import { duration } from './duration.ts';
import type { PathIdentity } from './exec/types.ts';
import { alwaysMessages } from './messages-always.ts';
import { cliMessages } from './messages-cli.ts';
import { desktopMessages } from './messages-desktop.ts';
import { risks } from './messages-risks.ts';
import { askAgainMessages, standstillMessages } from './messages-standstill.ts';
import { claimed, quoted, safe } from './quoted.ts';

/**
 * Every sentence a person reads about a question and its answer, in one place (D16): the window,
 * the terminal, the CLI and the audit use the same words. Parameters are raw; what comes from
 * others is made safe to show in here.
 */

/** `exec` runs here; every other kind only answers somebody else's question. */
type Kind = ApprovalAsk['kind'] | (string & {});

const surfaces: Readonly<Record<DecidedBy['surface'], string>> = {
  terminal: 'on the terminal',
  window: 'in the window',
  'control-socket': 'with openclaw-mac',
  'gateway-operator': 'through the Gateway',
  'test-aid': 'by the test switch',
  companion: 'by the companion itself',
};

function by(decider: DecidedBy): string {
  const where = surfaces[decider.surface];
  return decider.who === null ? where : `${where} by ${quoted(decider.who)}`;
}

const consequence = (kind: Kind): string =>
  kind === 'exec' ? 'Nothing ran.' : 'Nothing was allowed.';

const cancelled: Readonly<Record<CancelReason, string>> = {
  'caller-gone': 'The program that asked is gone.',
  'presenter-gone': 'The place where this was shown closed before an answer.',
  'no-presenter': 'Nobody could be asked: no window, terminal or operator is open.',
  'queue-full': 'Too many requests are waiting already.',
  'cooling-down':
    'Nobody answered the last requests of this agent; it must wait before it asks again.',
  paused: 'A person paused this agent or everything; until that is over, nobody is asked.',
  unreadable: 'It was longer than anybody can be asked to read.',
  shutdown: 'The companion is stopping.',
};

/** What happened to a question, in one or two sentences. */
function outcome(kind: Kind, outcome: ApprovalOutcome): string {
  switch (outcome.kind) {
    case 'allowed':
      return outcome.decision === 'allow-once'
        ? `Allowed once ${by(outcome.by)}.`
        : `Allowed always ${by(outcome.by)}.`;
    case 'denied': {
      const note = outcome.note === null ? '' : ` Note: ${quoted(outcome.note)}.`;
      const paused =
        outcome.pausedMs === undefined
          ? ''
          : ` The agent is paused for ${duration(outcome.pausedMs)}.`;
      return `Denied ${by(outcome.by)}. ${consequence(kind)}${note}${paused}`;
    }
    case 'expired':
      return `No answer in time. ${consequence(kind)}`;
    case 'cancelled':
      return `${cancelled[outcome.why]} ${consequence(kind)}`;
  }
}

/** Words of the question itself. */
const prompt = {
  claimed,
  agent: (agentId: string | null): string => (agentId === null ? 'unnamed' : claimed(agentId)),
  title: (kind: Kind, agentId: string | null): string => {
    const who = agentId === null ? 'An unnamed agent' : claimed(agentId);
    if (kind === 'policy-change') return `${who} wants to change what may run without asking`;
    return kind === 'exec' ? `${who} wants to run a command` : `${who} asks to allow a command`;
  },
  labels: {
    title: 'request',
    session: 'session',
    node: 'node',
    host: 'host',
    command: 'command',
    arguments: 'arguments',
    executable: 'runs',
    cwd: 'in',
    env: 'env',
    security: 'security',
    ask: 'ask mode',
    why: 'asked because',
    permissions: 'permissions',
    always: 'always',
    once: 'only once',
    count: 'waiting',
    length: 'length',
    risk: 'risk',
    warning: 'warning',
  },
  /** Which file a path led to when it was looked at (S11). */
  identity: ({ device, inode, size, sha256 }: PathIdentity): string =>
    `device ${device}, inode ${inode}, ${size} bytes${sha256 === undefined ? '' : `, sha256 ${sha256}`}`,
  unknownExecutable: 'not known: the asker did not say, and it does not run here',
  runsHere: "runs with this app's permissions",
  runsElsewhere: 'the program that asks will run it, with its own permissions',
  /** A question of our own Gateway: its answer lets a run through that comes later (D6). */
  mayRunHere: "may run here, with this app's permissions",
  unknownYet: 'not known before it runs',
  widensPolicy: 'what it names will run from then on without a question',
  whySocket: 'A program on this computer asks before it runs this.',
  whyGateway: 'The Gateway asks before its agent may run this.',
  /** Its own name, so a quote inside may not end the quotation; surfaces make it safe to show. */
  whyGatewayClient: (client: string): string =>
    `Gateway client "${client.replaceAll('"', '\\"')}" asks before it sends this command to a node.`,
  whyPolicyChange: 'A program asked for it; rules get wider only with your consent.',
  identical: (count: number): string =>
    `${count} identical requests; one answer is for all of them`,
  hiddenCharacters: risks.hidden,
  lookalikes: risks.lookalikes,
  /** The exact rule, so that nobody has to guess what "always" is. */
  always: (sentence: string): string => `would store: ${safe(sentence)}`,
  /** Null for a command that fits a glance; the end of a longer one may be out of sight (S5). */
  length: ({ length }: string): string | null =>
    length > 1_000 ? `${length} characters; read to the end` : null,
  queue: (waiting: number): string => `1 of ${waiting} waiting`,
  size: (characters: number, lines: number): string =>
    `The command has ${characters} characters; this takes ${lines} lines. Scroll up to read all.`,
} as const;

/** Words of "deny and pause this agent". */
const pause = {
  begun: (agent: string, ms: number): string =>
    `Paused ${claimed(agent)} for ${duration(ms)}: rules still count, but nobody is asked.`,
  ended: (agent: string): string => `No longer paused: ${claimed(agent)}.`,
  row: (agent: string, leftMs: number, decider: string): string =>
    `${claimed(agent)}  ${duration(leftMs)} left  paused by ${safe(decider)}`,
} as const;

/** Which answers a question takes on the terminal. */
export interface TerminalChoices {
  readonly once: boolean;
  readonly always: boolean;
  readonly deny: boolean;
  /** "Deny and pause this agent". */
  readonly pause: boolean;
}

/** Words of the terminal around the question. */
const terminal = {
  choices: ({ once, always, deny, pause }: TerminalChoices): readonly string[] => [
    ...(once ? ['a + Enter allows once'] : []),
    ...(always ? ['always + Enter allows always'] : []),
    ...(deny ? ['d + Enter, Enter alone or Esc denies'] : []),
    ...(pause ? ['p + Enter denies and pauses the agent'] : []),
  ],
  remaining: (ms: number): string => `${duration(ms)} left`,
  arming: 'Read it first; keys count in a moment.',
  ask: (deniesByDefault: boolean): string => (deniesByDefault ? 'Answer [D]eny' : 'Answer'),
  again: (choices: TerminalChoices): string =>
    `That is no answer. ${terminal.choices(choices).join(' · ')}.`,
  stale: 'The question changed while you answered. Nothing was decided; read it again.',
  gone: 'That question is no longer open. Your answer changed nothing.',
  notOffered: 'That answer is not offered here. Nothing was decided.',
  closed: 'The terminal no longer answers requests.',
  needsTty: 'Requests can be answered on a terminal only',
  needsTtyHint: 'Start in a terminal, or answer with: openclaw-mac approvals list',
} as const;

export const messages = {
  duration,
  outcome,
  by,
  surfaces,
  cancelled,
  prompt,
  risks,
  pause,
  standstill: standstillMessages,
  askAgain: askAgainMessages,
  terminal,
  always: alwaysMessages,
  cli: cliMessages,
  desktop: desktopMessages,
} as const;
