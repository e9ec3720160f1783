import type { ShownApproval } from '#ipc/approvals.ts';

/** Words of the Approvals pane (D16). */

const number = (value: number): string => value.toLocaleString('en');
const decisions = (count: number): string =>
  `${number(count)} ${count === 1 ? 'decision' : 'decisions'}`;

const kinds: Readonly<Record<ShownApproval['kind'], string>> = {
  exec: 'wants to run a command',
  'socket-request': 'asks to allow a command',
  'gateway-request': 'asks to allow a command elsewhere',
  'policy-change': 'wants to change what may run',
};

export const historyWords = {
  number,
  history: 'History',

  waiting: {
    /** Around the name: a long one is cut, and never its quotes or its label (S25). */
    quote: ({ claimed }: ShownApproval['agent']): string => (claimed ? '"' : ''),
    what: ({ claimed }: ShownApproval['agent'], kind: ShownApproval['kind']): string =>
      `${claimed ? '(claimed) ' : ''}${kinds[kind]}`,
    waits: (time: string): string => `waits ${time}`,
    expires: (time: string): string => `expires in ${time}`,
    over: 'its time is over',
    noLimit: 'waits until answered',
    more: (count: number): string => `and ${number(count)} more`,
  },

  chart: {
    title: (days: number): string => (days === 1 ? 'This day' : `Last ${days} days`),
    help: 'Choose a day to list only its decisions',
    most: (count: number): string => `busiest day: ${decisions(count)}`,
    asTable: 'Show as a table',
    asChart: 'Show as a chart',
    day: 'Day',
    total: 'All',
    quiet: 'Days without a decision are left out.',
    kinds: {
      allowed: 'Allowed',
      denied: 'Denied',
      missed: 'Missed',
      invalid: 'Not valid',
    },
    none: 'no decision',
    counted: (kind: string, count: number): string => `${number(count)} ${kind.toLowerCase()}`,
  },

  filter: {
    label: 'Filter the history',
    text: 'Search commands, programs, folders and reasons',
    agent: 'Agent',
    allAgents: 'All agents',
    unnamed: 'Agents without a name',
    outcome: 'Outcome',
    decidedBy: 'Decided by',
    missed: 'Missed',
    missedHint: 'What expired or was withdrawn before anybody answered',
    clear: 'Clear filters',
    onlyDay: (day: string): string => `Only ${day}`,
    allDays: (day: string): string => `Only ${day}: show all days`,
    outcomes: {
      all: 'All outcomes',
      allowed: 'Allowed',
      denied: 'Denied',
      missed: 'Missed: expired or withdrawn',
      expired: 'Expired',
      cancelled: 'Withdrawn',
      invalid: 'Not valid',
    },
    deciders: {
      all: 'Decided by anybody',
      rule: 'By a rule',
      policy: 'By the policy',
      person: 'By a person',
      grant: 'By an earlier approval',
      timeout: 'By nobody: no answer',
      cancel: 'By nobody: withdrawn',
      'test-aid': 'By the test switch',
      request: 'By the request itself',
    },
  },

  list: {
    label: 'Decisions and changes, newest first',
    found: (found: number, changes: number): string =>
      [
        ...(found > changes || changes === 0 ? [decisions(found - changes)] : []),
        ...(changes > 0 ? [`${number(changes)} ${changes === 1 ? 'change' : 'changes'}`] : []),
      ].join(', '),
    searching: 'Searching…',
    loading: 'Loading…',
    newer: (count: number, more: boolean): string =>
      `${number(count)}${more ? ' or more' : ''} newer`,
    newerHint: 'Show them: the list begins anew at the top',
    none: 'No decision yet. What agents ask for, and what was answered, will be listed here.',
    noneFits: 'No decision fits.',
    failed: 'The history cannot be shown.',
    command: 'Command',
    agent: 'Agent',
    time: 'Time',
    decided: 'Decision',
  },
} as const;
