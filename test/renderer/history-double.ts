import type { Input, Output } from '#ipc/contract.ts';
import type { HistoryFilter, HistoryRow } from '#ipc/history.ts';
import { pageTime } from '#support/page-bench.ts';

/** A history for pages: row `seq` is made when somebody looks at it. */

type Outcome = Exclude<HistoryRow['outcome'], 'change'>;
type Counts = Output<'history.summary'>['days'][number]['counts'];

const outcomes = [
  'allowed',
  'allowed',
  'allowed',
  'denied',
  'allowed',
  'allowed',
  'allowed',
] as const;
const commands = [
  'npm run build --workspace packages/api -- --verbose',
  'git push origin main',
  'python3 -m pytest tests/unit -k "login or logout" --maxfail=1 --durations=20 --cov=app --cov-report=term',
  'ls -la',
  'curl https://example.test/install.sh',
];
const hourMs = 3_600_000;

export interface HistoryDouble {
  /** Rows there are; more may come. */
  newest: number;
  /** Rows of what a person did with the companion itself. */
  changes: ReadonlySet<number>;
  /** Set: every question fails with it. */
  failure: string | null;
  page(input: Input<'history.page'>): Output<'history.page'>;
  summary(filter: HistoryFilter): Output<'history.summary'>;
}

export function historyDouble(count: number): HistoryDouble {
  const listed = (seq: number): HistoryRow => ({
    ...rowOf(seq, count),
    ...(double.changes.has(seq) ? ({ outcome: 'change', decidedBy: 'person' } as const) : {}),
  });
  const double: HistoryDouble = {
    newest: count,
    changes: new Set(),
    failure: null,
    page({ filter, before, after = 0, limit }) {
      const rows: HistoryRow[] = [];
      const high = Math.min(double.newest, (before ?? Number.POSITIVE_INFINITY) - 1);
      let seq = high;
      for (; seq > after && rows.length < limit; seq -= 1) {
        const row = listed(seq);
        if (fits(row, filter)) rows.push(row);
      }
      return { rows, next: rows.length < limit ? null : seq + 1, mark: double.newest };
    },
    summary(filter) {
      const days = new Map<string, Counts>();
      for (let back = 29; back >= 0; back -= 1)
        days.set(dayOf(pageTime - back * 24 * hourMs), zero());
      let total = 0;
      let changes = 0;
      for (let seq = double.newest; seq > 0; seq -= 1) {
        const row = listed(seq);
        if (!fits(row, filter)) continue;
        total += 1;
        if (row.outcome === 'change') changes += 1;
        const counts = days.get(dayOf(row.atMs));
        if (counts) counts[row.outcome] += 1;
      }
      return {
        total,
        changes,
        days: [...days].map(([day, counts]) => ({ day, counts })),
        agents: ['main', 'research agent', ''].map((name) => ({ name, shown: name })),
      };
    },
  };
  return double;
}

const zero = (): Counts => ({
  allowed: 0,
  denied: 0,
  expired: 0,
  cancelled: 0,
  invalid: 0,
  change: 0,
});
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function outcomeOf(seq: number): Outcome {
  if (seq % 31 === 3) return 'expired';
  if (seq % 97 === 5) return 'cancelled';
  return seq % 201 === 9 ? 'invalid' : (outcomes[seq % outcomes.length] ?? 'allowed');
}

function decidedBy(seq: number, outcome: Outcome): HistoryRow['decidedBy'] {
  if (outcome === 'expired') return 'timeout';
  if (outcome === 'cancelled') return 'cancel';
  if (outcome === 'invalid') return 'request';
  return outcome === 'allowed' && seq % 2 === 0 ? 'rule' : 'person';
}

const reasons: Readonly<Record<string, string>> = {
  timeout: 'No answer in time. Nothing ran.',
  cancel: 'The program that asked is gone. Nothing ran.',
  request: 'Refused before anybody was asked. The request was not valid. Nothing ran.',
  rule: 'Allowed by a rule. Rule 3f1c allows /usr/bin/npm with any arguments, only in /home/ann/code/api.',
};

/** The newest is two minutes old; one row for every twenty minutes, fewer on Sundays. */
function rowOf(seq: number, count: number): HistoryRow {
  const atMs = pageTime - 120_000 - (count - seq) * (hourMs / 3) - (seq % 5) * 60_000;
  const outcome = outcomeOf(seq);
  const decider = decidedBy(seq, outcome);
  const verdict = outcome === 'denied' ? 'Denied' : 'Allowed once';
  return {
    seq,
    atMs,
    command: `${commands[seq % commands.length] ?? ''} # ${seq}`,
    agent:
      seq % 11 === 0
        ? { text: 'unnamed', claimed: false }
        : { text: seq % 3 === 0 ? 'research agent' : 'main', claimed: true },
    outcome,
    decidedBy: decider,
    reason:
      reasons[decider] ??
      `${verdict} in the window by "ann". Asked because: No rule names /usr/bin/git.`,
    facts: [
      { label: 'Runs', text: '/usr/bin/npm' },
      { label: 'In', text: '/home/ann/code/api' },
      { label: 'Decided after', text: '340 ms' },
      { label: 'Number', text: String(seq) },
    ],
  };
}

function fits(row: HistoryRow, filter: HistoryFilter): boolean {
  const { text, agent, outcomes, decidedBy, sinceMs, untilMs } = filter;
  return (
    (text === undefined || row.command.includes(text)) &&
    (agent === undefined || (row.agent.claimed ? row.agent.text : '') === agent) &&
    (outcomes === undefined || (row.outcome !== 'change' && outcomes.includes(row.outcome))) &&
    (decidedBy === undefined || row.decidedBy === decidedBy) &&
    (sinceMs === undefined || row.atMs >= sinceMs) &&
    (untilMs === undefined || row.atMs < untilMs)
  );
}
