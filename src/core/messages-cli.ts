import type { ExecDecision } from '#protocol/exec-socket.ts';
import { policyMessages } from './messages-policy.ts';

/** Words of the two programs; reached as `messages.cli` (D16). */

const help = {
  program: 'Node host and debug tool of OpenClaw Companion.',
  companion: 'The approval-and-permissions companion for AI agents on this computer.',
  stateDir: 'state directory (default: $OPENCLAW_COMPANION_STATE_DIR or ~/.openclaw-companion)',
  json: 'print results and errors as JSON',
  host: 'Gateway host (default: the running companion, else 127.0.0.1)',
  port: 'Gateway port (default: the running companion, $OPENCLAW_GATEWAY_PORT, the configuration)',
  tokenFile:
    'file with the Gateway token, - for stdin (default: $OPENCLAW_GATEWAY_TOKEN, the configuration)',
  run: 'run a command on a node; prints its output and ends with its exit code',
  argv: 'the command and its arguments, after --',
  node: 'node id, its beginning, or display name',
  cwd: 'working directory of the command',
  agent: 'agent the command runs for (default: unnamed, which counts as main)',
  timeout: 'time limit of the command in ms',
  wait: 'ms to wait for approval and command together (default: 600000, or --timeout + 300000)',
  invokeTimeout: 'ms to wait for the answer',
  invoke: 'call one node command and print the answer',
  nodeCommand: 'node command, for example system.which',
  params: 'parameters as JSON',
  status: 'is the companion running, and is everything in it up',
  approvals: 'list and answer what waits for approval',
  approvalsList: 'list what waits',
  approvalsShow: 'show one request in full',
  decide: {
    'allow-once': 'allow this one request',
    'allow-always': 'allow it and store the exact rule it shows',
    deny: 'deny it',
  } satisfies Record<ExecDecision, string>,
  note: 'a note for the agent',
  pause:
    'pause the agent too: for 10m, or the span given, nobody is asked about it; rules still count',
  paused: 'list the agents that are paused',
  resume: 'end the pause of an agent; agents without a name are paused as "main"',
  pauseAll: 'pause everything: nothing new runs, whatever rules say, and nobody is asked',
  pauseFor: 'for how long: 90s, 15m, 2h or 7d, 30d at most (default: until resume)',
  resumeAll: 'end that pause; single agents stay paused, see: approvals paused',
  audit: 'history of decisions, newest first',
  since: 'only newer than this: 90s, 15m, 2h, 7d, or a date',
  limit: 'most rows',
  nodeHost: 'the headless node host',
  nodeRun: 'connect to the Gateway and forward system.run to the companion; reconnects for ever',
  companionSocket: "the companion's exec socket (default: the one in the state directory)",
  companionTokenFile: 'file with the token of that socket (default: from the state directory)',
  displayName: 'name of this node (default: the host name)',
  allowLocalExec:
    'when the companion is unreachable, run here what its rules allowed when this program started',
  headless: 'run without a window',
  gatewayPort: 'Gateway port; 0 picks a free one',
  foreignTokenFile:
    'token of a Gateway that already has the port (default: $OPENCLAW_GATEWAY_TOKEN)',
  decideAll: 'answer every request by itself (tests only)',
} as const;

const choice: Readonly<Record<ExecDecision, string>> = {
  'allow-once': 'Allowed once',
  'allow-always': 'Allowed always',
  deny: 'Denied',
};

export const cliMessages = {
  help,
  policy: policyMessages,
  wholeNumber: 'A whole number above 0 is needed.',
  tooLarge: (most: number): string => `It may be at most ${most}.`,
  usageHint: (command: string): string => `See: ${command} --help`,
  commandNeeded: 'A command is needed; --help lists them.',
  interrupted: (signal: string): string => `Stopped by ${signal}.`,
  emptyCommand: 'The command to run is empty.',
  nodeTooOld: (version: string, oldest: readonly [number, number]): string =>
    `This program needs Node ${oldest.join('.')} or newer; this is ${version}.`,
  nodeTooOldHint:
    'Start it through npm (npm start, npm run quickstart): the right Node comes along.',
  secretOnCommandLine: (flag: string): string =>
    `${flag} is not accepted: every program on this computer can read a command line.`,
  secretHint: 'Use --token-file or $OPENCLAW_GATEWAY_TOKEN.',
  badPort: (what: string, text: string, least: number): string =>
    `${what} must be a port from ${least} to 65535, not "${text}".`,
  badHost: (text: string): string => `--host must be a host name or an address, not "${text}".`,
  tokenFileUnreadable: (file: string): string => `Cannot read the token file ${file}.`,
  tokenFileEmpty: (file: string): string => `The token file ${file} is empty.`,
  paramsNotJson: '--params is not valid JSON.',
  badPauseLength: (option: string, text: string): string =>
    `${option} does not understand "${text}".`,
  badPauseLengthHint: 'Use a span such as 90s, 15m, 2h or 7d; 30d at most.',
  badSince: (text: string): string => `--since does not understand "${text}".`,
  badSinceHint: 'Use a span such as 90s, 15m, 2h or 7d, or a date such as 2026-11-21.',
  gatewayUnreachable: (url: string, why: string): string =>
    `Cannot use the Gateway at ${url}: ${why}`,
  noAnswer: 'no answer in time',
  wrongSecretHint: 'Name its secret with --token-file or $OPENCLAW_GATEWAY_TOKEN.',
  notDecided: (ms: number): string =>
    `No answer within ${Math.ceil(ms / 1_000)} s: nobody decided, or the command still runs.`,
  notDecidedHint: 'Wait longer with --wait, or see: openclaw-mac approvals list',
  companionUnreachable: (socket: string): string => `No companion answers at ${socket}.`,
  startCompanionHint: 'Start it with: openclaw-companion --headless',
  nodeNotClear: (named: string | null, fits: number, command: string): string =>
    named === null
      ? `${fits === 0 ? 'No node offers' : `${fits} nodes offer`} ${command}.`
      : `${fits === 0 ? 'No node is' : `${fits} nodes are`} called "${named}".`,
  thisCompanion: '(this companion)',
  noNodes: 'No node is connected.',
  nodeChoices: (nodes: readonly string[]): string =>
    `Name one with --node:\n${nodes.map((node) => `  ${node}`).join('\n')}`,
  commandTimedOut: (ms: number | null): string =>
    ms === null
      ? 'The command was stopped: its time was over.'
      : `The command was stopped after its limit of ${ms} ms.`,
  endedBySignal: (signal: string): string => `The command was ended by ${signal}.`,
  noExitCode: 'The command ended without an exit code.',
  nothingPending: 'Nothing waits for approval.',
  noSuchApproval: (id: string, fits: number): string =>
    fits === 0 ? `No request ${id} is waiting.` : `${fits} waiting requests begin with ${id}.`,
  idTooShort: (least: number): string =>
    `To allow it, give the id or at least its first ${least} characters.`,
  listApprovalsHint: 'See what waits with: openclaw-mac approvals list',
  decided: (decision: ExecDecision, id: string): string => `${choice[decision]}: ${id}`,
  nothingPaused: 'No agent is paused.',
  notPaused: (agent: string, fits: number): string =>
    fits === 0
      ? `No agent called "${agent}" is paused.`
      : `${fits} paused agents look like "${agent}".`,
  listPausedHint: 'See who is paused with: openclaw-mac approvals paused',
  pausedCount: (count: number): string =>
    `${count} ${count === 1 ? 'agent' : 'agents'}; see: openclaw-mac approvals paused`,
  /** A claimed name is not put into a line that people paste into a shell. */
  resumeHint: 'End it with: openclaw-mac approvals resume AGENT',
  expiresIn: (expiresAtMs: number | null, nowMs: number): string =>
    expiresAtMs === null
      ? 'no limit'
      : `${Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1_000))} s left`,
  pendingCount: (count: number): string =>
    count === 0 ? 'nothing' : `${count} ${count === 1 ? 'request' : 'requests'}`,
  auditEmpty: 'No decision in that time.',
  headlessOnly: 'This program has no window.',
  headlessHint: 'Start the desktop app with npm start, or add --headless.',
  testAidRefused: '--decide answers requests without a person and is for tests only.',
  testAidHint: 'Tests set OPENCLAW_COMPANION_TEST=1.',
  testAidActive: (decision: string): string =>
    `WARNING: every request is answered "${decision}" without a person (--decide, test mode).`,
  nodeHostLost: (why: string, retryMs: number): string =>
    `Gateway lost: ${why}. Trying again in ${Math.ceil(retryMs / 1_000)} s.`,
  localExec: 'WARNING: commands run here when the companion is unreachable (--allow-local-exec).',
} as const;
