import type { DatabaseSync } from 'node:sqlite';
import type { AuditReader } from './audit-log.ts';
import type { History } from './history-types.ts';
import { newestSeq } from './newest-seq.ts';

interface Uses {
  /** Rows up to this `seq` are counted. */
  upTo: number;
  readonly byRule: Map<string, number>;
}

const allowedByRules = "ruleId IS NOT NULL AND outcome = 'allowed'";

/** Counts every row once: rows are only ever added, so what was counted stays true. */
export function createRuleUses(audit: AuditReader): History['usesOfRules'] {
  const known = new WeakMap<DatabaseSync, Uses>();
  return () =>
    audit.read((database) => {
      const uses = known.get(database) ?? { upTo: 0, byRule: new Map() };
      known.set(database, uses);
      const newest = newestSeq(database);
      if (newest > uses.upTo) count(database, uses);
      uses.upTo = newest;
      return new Map(uses.byRule);
    });
}

function count(database: DatabaseSync, { upTo, byRule }: Uses): void {
  // All of them: in the order of their index, without the rows. The new ones: in the order of rows.
  const rows =
    upTo === 0
      ? database
          .prepare(
            `SELECT ruleId, count(*) AS uses FROM decisions WHERE ${allowedByRules} GROUP BY ruleId`,
          )
          .all()
      : database
          .prepare(
            `SELECT ruleId, 1 AS uses FROM decisions NOT INDEXED WHERE seq > ? AND ${allowedByRules}`,
          )
          .all(upTo);
  for (const { ruleId, uses } of rows) {
    for (const id of String(ruleId).split(' '))
      byRule.set(id, (byRule.get(id) ?? 0) + Number(uses));
  }
}
