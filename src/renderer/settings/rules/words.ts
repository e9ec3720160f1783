/** Words of the rules pane (ui.md §6). */

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const security = {
  deny: 'Deny everything',
  allowlist: 'Only what rules allow',
  full: 'Allow everything',
} as const;

/** The settings of one level, in the order they count. */
export const settingWords = {
  security: { title: 'What may run without asking', values: security },
  ask: {
    title: 'Ask a person',
    values: { off: 'Never', 'on-miss': 'When no rule allows it', always: 'Each time' },
  },
  askFallback: {
    title: 'When nobody can be asked',
    values: { deny: 'Deny', allowlist: 'Allow what rules allow', full: 'Allow' },
  },
  autoAllowSkills: {
    title: 'Programs of the Gateway’s skills',
    values: { false: 'As every other program', true: 'Run without asking' },
  },
} as const;

export const rulesWords = {
  search: 'Search rules',
  searchHint: 'Program, arguments, folder, agent or origin',
  found: (found: number, all: number): string =>
    found === all ? counted(all, 'rule', 'rules') : `${counted(found, 'rule', 'rules')} of ${all}`,
  none: 'No rule yet: every command is asked about.',
  noneFound: 'No rule fits.',
  more: (more: number, left: number): string =>
    `Show ${more} more · ${left.toLocaleString('en')} not shown`,

  defaults: 'Defaults',
  defaultsLead: 'What holds for every agent that has no settings of its own.',
  inherit: 'Not set here (follows the defaults)',
  inherited: (text: string): string => `Not set here: ${text}`,
  showSettings: 'Settings',
  settingsOf: (agent: string): string => `Settings of ${agent}`,

  columns: { rule: 'Rule', holds: 'Holds', used: 'Used', change: 'Edit, delete' },
  noRules: 'No rule of its own',
  used: (uses: number): string => counted(uses, 'time', 'times'),
  lastUsed: (when: string): string => `used ${when}`,
  neverUsed: 'Never used',
  made: (when: string): string => `made ${when}`,
  holdsLabel: (program: string): string => `Until when the rule for ${program} holds`,
  editLabel: (program: string): string => `Edit the rule for ${program}`,
  removeLabel: (program: string): string => `Delete the rule for ${program}`,

  lasts: {
    '15-minutes': '15 min',
    today: 'Today',
    '30-days': '30 days',
    'until-removed': 'Until removed',
    date: 'Pick a date…',
  },
  until: (when: string): string => `Until ${when}`,
  expired: (when: string): string => `Expired ${when}`,
  lastDay: 'Last day',
  setDate: 'Set',

  add: 'Add a rule',
  save: 'Save',
  program: 'Program',
  programHint: '/usr/bin/git, /opt/tools/*/lint or git',
  args: 'Arguments',
  argsKinds: { kept: 'As they are', any: 'Any', exact: 'Exactly these' },
  argsKept: 'The arguments stay as they are unless you replace them.',
  pinned: 'Holds only while the content of the program stays the same; another program drops that.',
  argsLines: 'Arguments, one on each line',
  folder: 'Only in the folder',
  folderHint: 'Any folder',
  agent: 'Agent',
  everyAgent: 'Every agent',
  otherAgent: 'Another…',
  agentName: 'Name of the agent',
  holds: 'Holds',
  cancel: 'Cancel',
  /** Above the sentences of a preview. */
  willDo: 'This changes:',
  nothingChanges: 'Nothing changes: such a rule is there already.',

  widens: 'This allows more than now',
  allow: 'Allow this',
  deleted: 'Deleted',
  changed:
    'The policy changed meanwhile, and with it what this would do. Nothing was written; look again.',
  notUndone: 'That can no longer be taken back: the policy changed since.',

  waits: 'Somebody else changed the policy file. It would also allow this, which is not in force:',
  putInForce: 'Put in force…',
  discard: 'Discard…',
  discardTitle: 'Write back what is in force?',
  discardLead: 'The policy file becomes what is in force now. This cannot be undone.',
  discardIt: 'Discard the edit',
  discarded: 'Discarded',
  andMore: (more: number): string => `and ${counted(more, 'more', 'more')}`,
  readOnly: 'Rules can be changed again once that is mended.',
} as const;
