import type { AuditReader } from './audit-log.ts';
import { auditRowSchema, columns } from './audit-row.ts';
import { conditionsOf } from './history-conditions.ts';
import { createHistoryCounts } from './history-counts.ts';
import type { History, HistoryQuery, HistoryRow, HistoryRows } from './history-types.ts';
import { newestSeq } from './newest-seq.ts';
import { createRuleUses } from './rule-uses.ts';
import { inTurns } from './turns.ts';

export interface HistoryDeps {
  readonly audit: AuditReader;
  /** Unix time in ms. */
  readonly now: () => number;
}

export function createHistory({ audit, now }: HistoryDeps): History {
  let lastMark = 0;
  return {
    search: (query, signal) => search(audit, query, signal),
    summary: createHistoryCounts({ audit, now }),
    usesOfRules: createRuleUses(audit),
    mark() {
      try {
        lastMark = audit.read(newestSeq);
      } catch {
        // Who asks for the rows is told why they cannot be read; this only says whether to ask.
      }
      return lastMark;
    },
  };
}

/** Finds the numbers first, from the newest down, then reads the rows that are shown. */
async function search(
  audit: AuditReader,
  { filter, before, after = 0, limit }: HistoryQuery,
  signal?: AbortSignal,
): Promise<HistoryRows> {
  const { sql, values, pieceRows } = conditionsOf(filter);
  const mark = audit.read(newestSeq);
  const found: number[] = [];
  let high = before === null ? mark : Math.min(mark, before - 1);
  const turn = (isOver: () => boolean): boolean =>
    audit.read((database) => {
      const find = database.prepare(
        `SELECT seq FROM decisions WHERE seq > ? AND seq <= ?${sql} ORDER BY seq DESC LIMIT ?`,
      );
      do {
        if (high <= after || found.length >= limit) return true;
        const low = Math.max(after, high - pieceRows);
        const rows = find.all(low, high, ...values, limit - found.length);
        found.push(...rows.map(({ seq }) => Number(seq)));
        high = low;
      } while (!isOver());
      return false;
    });
  await inTurns(turn, signal);
  const next = found.length < limit ? null : (found.at(-1) ?? null);
  return { rows: readRows(audit, found), next, mark };
}

function readRows(audit: AuditReader, seqs: readonly number[]): readonly HistoryRow[] {
  return audit.read((database) => {
    const one = database.prepare(`SELECT seq, ${columns.join(', ')} FROM decisions WHERE seq = ?`);
    return seqs.map((seq) => auditRowSchema.parse(one.get(seq)));
  });
}
