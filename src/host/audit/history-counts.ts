import type { DatabaseSync } from 'node:sqlite';
import type { AuditReader } from './audit-log.ts';
import { conditionsOf } from './history-conditions.ts';
import type { History, HistoryCounts, HistoryFilter, HistorySummary } from './history-types.ts';
import { dayOf, daysUpTo } from './local-days.ts';
import { newestSeq } from './newest-seq.ts';
import { inTurns } from './turns.ts';

/** What one filter finds among the rows up to `upTo`; grows, since rows are only ever added. */
interface Tally {
  upTo: number;
  total: number;
  changes: number;
  readonly days: Map<string, HistoryCounts>;
}

/** Days of the chart. */
const shownDays = 30;

/** Filters whose counts are kept, for when they are asked for again after new rows. */
const keptTallies = 4;

const shownAgents = 50;

/** Longest agent name that can be asked for: that of a refused request is cut here (audit-row.ts). */
const maxAgentChars = 1_001;

/** Ms of a quarter of an hour: every local day begins with one. */
const quarterMs = 900_000;

const none: HistoryCounts = {
  allowed: 0,
  denied: 0,
  expired: 0,
  cancelled: 0,
  invalid: 0,
  change: 0,
};

/** Counts each row once per filter; asked again, it looks only at the rows that came since. */
export function createHistoryCounts({
  audit,
  now,
}: {
  readonly audit: AuditReader;
  readonly now: () => number;
}): History['summary'] {
  const known = new WeakMap<DatabaseSync, Map<string, Tally>>();
  const agents = createAgentNames(audit);
  return async (filter, signal) => {
    const key = JSON.stringify(filter);
    const tallyIn = (database: DatabaseSync): Tally => {
      const tallies = known.get(database) ?? new Map<string, Tally>();
      known.set(database, tallies);
      return recent(tallies, key);
    };
    const turn = (isOver: () => boolean): boolean =>
      audit.read((database) => countMore(database, tallyIn(database), filter, isOver));
    await inTurns(turn, signal);
    const { total, changes, days } = audit.read(tallyIn);
    return { total, changes, days: lastDays(days, filter, now()), agents: agents() };
  };
}

/** The tally of `key`, moved to the end; the one that was not asked for longest is dropped. */
function recent(tallies: Map<string, Tally>, key: string): Tally {
  const tally = tallies.get(key) ?? { upTo: 0, total: 0, changes: 0, days: new Map() };
  tallies.delete(key);
  tallies.set(key, tally);
  const [oldest] = tallies.keys();
  if (tallies.size > keptTallies && oldest !== undefined) tallies.delete(oldest);
  return tally;
}

/** @returns true when every row is counted. */
function countMore(
  database: DatabaseSync,
  tally: Tally,
  filter: HistoryFilter,
  isOver: () => boolean,
): boolean {
  const { sql, values, pieceRows } = conditionsOf(filter);
  const newest = newestSeq(database);
  const find = database.prepare(
    `SELECT iif(transport = 'companion', 'change', outcome) AS kind, atMs / ${quarterMs} AS quarter, count(*) AS rows FROM decisions WHERE seq > ? AND seq <= ?${sql} GROUP BY 1, 2`,
  );
  do {
    if (tally.upTo >= newest) return true;
    const high = Math.min(newest, tally.upTo + pieceRows);
    for (const { kind, quarter, rows } of find.all(tally.upTo, high, ...values)) {
      add(tally, kind, Number(quarter) * quarterMs, Number(rows));
    }
    tally.upTo = high;
  } while (!isOver());
  return false;
}

function add(tally: Tally, kind: unknown, atMs: number, rows: number): void {
  const day = dayOf(atMs);
  const counts = tally.days.get(day) ?? { ...none };
  tally.days.set(day, counts);
  tally.total += rows;
  if (kind === 'change') tally.changes += rows;
  if (isKind(kind)) counts[kind] += rows;
}

function isKind(value: unknown): value is keyof HistoryCounts {
  return typeof value === 'string' && Object.hasOwn(none, value);
}

function lastDays(
  days: Tally['days'],
  { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }: HistoryFilter,
  nowMs: number,
): HistorySummary['days'] {
  return daysUpTo(Math.min(nowMs, untilMs - 1), shownDays)
    .filter((day) => day.untilMs > sinceMs)
    .map(({ day }) => ({ day, counts: { ...(days.get(day) ?? none) } }));
}

/** Names of agents, most frequent first; looked up again only when there are new rows. */
function createAgentNames(audit: AuditReader): () => readonly string[] {
  let kept: { readonly names: readonly string[]; readonly mark: number } | null = null;
  return () => {
    const mark = audit.read(newestSeq);
    if (kept?.mark !== mark) kept = { names: audit.read(readAgents), mark };
    return kept.names;
  };
}

function readAgents(database: DatabaseSync): readonly string[] {
  const rows = database
    .prepare(
      'SELECT agentId, count(*) AS rows FROM decisions GROUP BY agentId ORDER BY 2 DESC LIMIT ?',
    )
    .all(shownAgents + 1);
  const names = rows.map(({ agentId }) => (agentId === null ? '' : String(agentId)));
  return [...new Set(names)].filter((name) => name.length <= maxAgentChars).slice(0, shownAgents);
}
