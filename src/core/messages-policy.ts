/** Words of `openclaw-mac policy`; reached as `messages.cli.policy` (D16). */

const help = {
  policy: 'what may run without a question: look, explain, change',
  explain: 'say what would happen to a command, and why; never runs anything',
  explainArgv: 'the command and its arguments, after --',
  agent: 'agent id (default: main)',
  cwd: 'working directory of the command (default: the home directory, as for an agent)',
  env: 'a variable the request would set, NAME=VALUE; may be repeated',
  list: 'settings, rules, and what waits for confirmation',
  listAgent: 'only what holds for this agent',
  add: 'add a rule; without --args and --exact it is for any arguments',
  pattern: 'program: a path, a path with *, ** or ?, or a bare name',
  exactArgs: 'with --exact: the arguments, after --',
  addAgent: 'agent the rule is for, * for every agent',
  args: 'regular expression for the whole of the arguments, joined by one blank',
  exact: 'only with exactly the arguments after --, none if there are none',
  addCwd: 'only in this directory',
  expires: 'until when: 90s, 15m, 2h, 7d, or a date',
  edit: 'change a rule; what is not named stays as it is',
  program: 'another program: a path, a path with *, ** or ?, or a bare name',
  anyArgs: 'with any arguments',
  editAgent: 'another agent, * for every agent',
  anyFolder: 'in any directory',
  remove: 'remove rules',
  expire: 'change until when a rule holds',
  expireFor: 'from now: 90s, 15m, 2h, 30d, or until a date',
  expireNever: 'until somebody removes it',
  ruleId: 'id of a rule, or at least its first 8 characters',
  setDefault: 'change settings: of the defaults, or with --agent of one agent',
  setAgent: 'agent id, * for every agent (default: the defaults of the document)',
  security: 'deny, allowlist or full; inherit: not set here',
  ask: 'off, on-miss or always; inherit: not set here',
  askFallback:
    'what holds when nobody can be asked: deny, allowlist or full; inherit: not set here',
  skills: "trust the programs of the Gateway's skills: on or off; inherit: not set here",
  import: 'take over a whole document, - for stdin; its socket is ignored',
  importFile: 'JSON file',
  export: 'write the document out, without the socket token',
  exportFile: 'file to make (default: standard output)',
  confirm: 'put in force what somebody else wrote into the policy file',
} as const;

const verdicts = { allow: 'allowed', prompt: 'would ask', deny: 'denied' } as const;

export const policyMessages = {
  help,

  // A rule that cannot be stored.
  badPattern: (pattern: string): string => `No program can ever match "${pattern}".`,
  carrier: (name: string): string =>
    `${name} runs what its arguments say, so a rule for it would allow anything.`,
  carrierHint: 'Shells, interpreters and the like are asked about each time.',
  badAgent: (agent: string): string => `"${agent}" cannot be the name of an agent.`,
  badFolder: (folder: string): string => `"${folder}" is not a directory.`,
  alreadyExpired: 'The rule would have expired already.',
  badRegex: (problem: string): string => `The argument pattern ${problem}.`,
  needsFolder:
    'These arguments can be stored only together with a directory: name one (add --cwd).',
  argumentsNotKept:
    'The arguments of this rule are known as a hash only, which holds for its folder: give them again, or leave the folder as it is.',
  sameRule: 'There is such a rule already.',
  sameRuleHint: 'Remove one of the two.',
  noSuchProgram: (path: string): string => `There is no program at ${path}.`,
  notTwice: 'Give --args or --exact, not both.',
  argumentsNeedExact: 'Arguments after the program need --exact before them.',
  badExpires: (text: string): string => `--expires does not understand "${text}".`,
  badFor: (text: string): string => `--for does not understand "${text}".`,
  forOrNever: 'Give --for or --never.',
  badExpiresHint: 'Use a span such as 15m, 2h or 7d, or a date such as 2026-12-31.',
  badEnv: (text: string): string => `--env needs NAME=VALUE, not "${text}".`,
  realPath: (given: string, real: string): string => `Rules name real paths: ${given} is ${real}.`,

  // Which rule is meant.
  idTooShort: (least: number): string => `Give the id or at least its first ${least} characters.`,
  noSuchRule: (id: string, fits: number): string =>
    fits === 0 ? `There is no rule ${id}.` : `${fits} rules begin with ${id}.`,
  listHint: 'See the rules with: openclaw-mac policy list',
  nothingToSet: 'Name at least one setting to change.',

  // Files.
  fileUnreadable: (file: string): string => `Cannot read ${file}.`,
  fileExists: (file: string): string => `${file} exists already; it is not overwritten.`,
  fileUnwritable: (file: string): string => `Cannot write ${file}.`,
  notJson: (file: string): string => `${file} is not valid JSON.`,
  tooLarge: (characters: number): string =>
    `The document is too large: it may have at most ${characters} characters.`,
  badDocument: (problem: string): string => `The document ${problem}.`,

  // Changing.
  stale: 'The policy changed since it was shown. Nothing was written; look again.',
  nothingToConfirm: 'Nothing waits for confirmation.',
  nothingChanges: 'Nothing changes: the policy is like that already.',
  changes: 'This changes:',
  widens: 'This allows more than now:',
  agree: 'Do you want that? [y/N] ',
  declined: 'Nothing was changed.',
  nobodyToAsk: 'It allows more than now, and only a person at a terminal can agree to that.',
  nobodyToAskHint: 'Nothing was changed. Run the same command in a terminal of your own.',
  done: 'Done.',
  added: (id: string): string => `Done. The rule is ${id}.`,
  /** `widening`: what an edit from outside would have allowed. */
  discarded: (widening: string): string => `Not put in force: ${widening}`,
  audited: (kind: string, surface: string): string => {
    const where = surface === 'window' ? 'in the window' : 'with openclaw-mac policy';
    return kind === 'undo'
      ? `policy change taken back ${where}`
      : `policy changed (${kind}) ${where}`;
  },

  // Looking.
  notRunning: (path: string): string =>
    `No companion is running; this is from ${path}, as far as it can be read.`,
  owner: (agentId: string): string => (agentId === '*' ? 'Every agent (*)' : `Agent "${agentId}"`),
  noRules: 'no rules',
  settings: (all: {
    readonly security: string;
    readonly ask: string;
    readonly askFallback: string;
    readonly autoAllowSkills: boolean;
  }): string =>
    `security ${all.security} · ask ${all.ask} · without a person ${all.askFallback} · skills ${all.autoAllowSkills ? 'on' : 'off'}`,
  defaults: 'Defaults',
  used: (at: string | null): string => (at === null ? 'never used' : `last used ${at}`),
  expired: 'expired',
  from: (source: string | null): string => {
    if (source === 'allow-always') return 'from "always"';
    return source === null ? 'from the file' : `from ${source}`;
  },
  waits: 'Waits for confirmation, and is not in force:',
  waitsCount: (count: number): string =>
    `not in force yet: ${count} that the file allows beyond it. See: openclaw-mac policy list`,
  confirmHint: 'Put it in force with: openclaw-mac policy confirm',

  // Explaining.
  verdicts,
  rows: {
    command: 'command',
    cwd: 'in',
    agent: 'agent',
    verdict: 'verdict',
    layer: 'decided by',
    why: 'because',
    program: 'program',
    rule: 'rule',
    runs: 'would run',
    always: 'always',
    stored: 'stores',
    risk: 'risk',
    dropped: 'left out',
  },
  layers: {
    store: 'the policy file',
    security: 'security',
    ask: 'ask',
    proof: 'what can be proved',
    rules: 'rules',
    'safe-bins': 'safe bins',
    'skill-bins': 'skills',
  } as Readonly<Record<string, string>>,
  asProved: (command: string, folder: string | null): string =>
    `exactly ${command}${folder === null ? '' : ` in ${folder}`}, without anything around it`,
  asAsked: (command: string): string => `what was asked for: ${command}`,
  onceAsAsked: (command: string): string =>
    `if a person allows it once, what was asked for: ${command}`,
  nothingRuns: 'nothing',
  alwaysNotOffered: 'not offered: this can be allowed once only',
  alwaysStores: (sentence: string): string => `would store: ${sentence}`,
  dropped: (names: readonly string[]): string =>
    `${names.join(', ')}: requests may not set ${names.length === 1 ? 'it' : 'them'}`,
  beforePolicy: 'Refused before any policy is asked.',
} as const;
