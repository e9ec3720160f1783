import { duration } from './duration.ts';
import type { Change } from './exec/changes.ts';
import { quoted, safe } from './quoted.ts';

/**
 * Words of the history of decisions: settings window and `openclaw-mac audit` (D16). Parameters are
 * raw; what comes from others is made safe to show in here.
 */

/** Why policy or a look at the request let nothing run; `reason` of core/exec/failures.ts. */
const refusals: Readonly<Record<string, string>> = {
  invalid: 'The request was not valid.',
  'security=deny': 'The policy of this agent runs nothing.',
  'allowlist-miss': 'No rule allows it, and nobody was asked.',
  'approval-cancelled': 'The question closed before an answer.',
  'approval-stale': 'Something it depends on changed after it was allowed.',
  'approval-store-unavailable': 'The rules could not be read or written.',
  'permission:screenRecording': 'It needs Screen Recording, which this app does not have.',
  'cwd-unavailable': 'Its folder does not exist or cannot be entered.',
  'command-too-long': 'It is longer than anybody can be asked to read.',
  'not-found': 'Its program was not found.',
  paused: 'A person paused everything.',
  internal: 'Something failed inside the companion; the log says what.',
};

const happened = { changed: 'changed', gone: 'went away', appeared: 'appeared' } as const;

function changedThing(change: Change): string {
  switch (change.kind) {
    case 'rules':
      return 'The rules changed';
    case 'program':
      return `The program ${safe(change.path)} ${happened[change.how]}`;
    case 'directory':
      return `The folder ${safe(change.path)} ${happened[change.how]}`;
    case 'script':
      return `The file ${safe(change.path)} among its arguments ${happened[change.how]}`;
  }
}

/**
 * ui.md §6: what was allowed did not run, because of this.
 * @param byReader whoever reads it had allowed it.
 */
function nothingRan(change: Change, byReader: boolean): string {
  const allowed = byReader ? 'you allowed this' : 'this was allowed';
  const there = change.kind === 'directory' ? ' there' : '';
  return `Nothing ran. ${changedThing(change)} after ${allowed}; ask again to run it${there}.`;
}

const decisions = (count: number): string => (count === 1 ? '1 decision' : `${count} decisions`);

/** What is wrong with writing decisions down; null when nothing is. */
function unwritten(facts: {
  readonly path: string;
  /** In the system's own words; null: the latest decision was written. */
  readonly failure: string | null;
  readonly waiting: number;
  readonly lost: number;
}): string | null {
  const { path, failure, waiting, lost } = facts;
  if (failure === null) return null;
  const held = `${decisions(waiting)} ${waiting === 1 ? 'waits' : 'wait'} in memory`;
  const gone = lost === 0 ? '' : `, ${decisions(lost)} ${lost === 1 ? 'is' : 'are'} lost`;
  return `Decisions cannot be written to ${safe(path)}: ${safe(failure)}. ${held}${gone}. Make room on its disk, or make it writable: the next decision writes them too.`;
}

export const historyMessages = {
  unwritten,
  nothingRan,
  /** A sentence for a code we know; else the text itself, which is a sentence already. */
  refusal: (reason: string): string =>
    Object.hasOwn(refusals, reason) ? (refusals[reason] ?? '') : safe(reason),
  byRule: (why: string): string => `Allowed by a rule. ${safe(why)}`,
  allowedByPolicy: (why: string): string => `Allowed by the policy. ${safe(why)}`,
  deniedByPolicy: (why: string): string => `Denied by the policy. ${why} Nothing ran.`,
  /** `by`: where a person had allowed it, and who. */
  withdrawn: (by: string): string => `It had been allowed ${by}.`,
  byGrant: (why: string, by: string | null): string =>
    `Allowed before it was asked for${by === null ? '' : `, ${by}`}: ${safe(why)}.`,
  invalid: (why: string): string => `Refused before anybody was asked. ${why} Nothing ran.`,
  claimedDeny: 'Denied by the program that asked: its request says so. Nothing ran.',
  askedBecause: (why: string): string => `Asked because: ${safe(why)}`,
  elsewhere: 'It does not run here.',
  cancelled: (why: string): string => `The question was withdrawn: ${safe(why)}. Nothing ran.`,
  deed: (by: string): string => `Done ${by}.`,
  person: 'by a person',
  /** For what a newer version wrote. */
  personAt: (surface: string): string => `by a person at ${quoted(surface)}`,
  unknown: (decidedBy: string): string => `by ${quoted(decidedBy)}`,
  other: (by: string, why: string): string => `Decided ${by}: ${safe(why)}`,

  labels: {
    executable: 'Runs',
    cwd: 'In',
    session: 'Session',
    node: 'Node',
    came: 'Came',
    reason: 'Reason as recorded',
    rules: 'Rules',
    latency: 'Decided after',
    exitCode: 'Exit code',
    ran: 'Ran for',
    error: 'Error',
    request: 'Request',
    digest: 'Digest of the plan',
    length: 'Length',
    number: 'Number',
  },
  transports: {
    'exec-socket': 'from the node host, over the socket',
    'node-invoke': 'from the Gateway, to this node',
    gateway: 'from the Gateway, as a question only',
    companion: 'from a person, at the companion itself',
  } as Readonly<Record<string, string>>,
  timedOut: (ms: number | null): string =>
    ms === null ? 'stopped at its time limit' : `${duration(ms)}, then stopped at its time limit`,
  cut: (characters: number, shown: number): string =>
    `${characters} characters; the first ${shown} are shown here, openclaw-mac audit prints all of them`,
  overtaken: 'A newer question took its place.',
  slow: 'The history did not answer in time. Narrow the search, or try again.',
} as const;
