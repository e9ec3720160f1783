import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '#core/ports.ts';
import { openAuditLog } from '#host/audit/audit-log.ts';
import { columns } from '#host/audit/audit-row.ts';
import { auditEntry } from './audit.ts';
import { createFakeLogger } from './fakes.ts';

/** Puts rows into the database of an audit that is not open, fast: all of them in one transaction. */
export function fillAudit(path: string, count: number, entry: (index: number) => AuditEntry): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  openAuditLog({ path, log: createFakeLogger() }).close();
  const database = new DatabaseSync(path);
  const values = columns.map(() => '?').join(', ');
  const insert = database.prepare(
    `INSERT INTO decisions (${columns.join(', ')}) VALUES (${values})`,
  );
  database.exec('BEGIN');
  for (let index = 0; index < count; index += 1) insert.run(...asStored(entry(index)));
  database.exec('COMMIT');
  database.close();
}

/** Without the redaction of `toRow`, which takes far longer than SQLite. */
function asStored(entry: AuditEntry): (string | number | null)[] {
  const stored = { ...entry, timedOut: entry.timedOut ? 1 : 0 };
  return columns.map((column) => stored[column]);
}

const minute = 60_000;

/** A year of busy agents: an hour of nothing, then a few rows a minute. */
export function busyEntry(index: number, startMs: number): AuditEntry {
  const outcome = index % 1_000 === 7 ? 'expired' : index % 9 === 4 ? 'denied' : 'allowed';
  const rules = [`rule-${index % 90}`, ...(index % 3 === 0 ? [`rule-${index % 80}`] : [])];
  return auditEntry({
    atMs: startMs + index * minute,
    requestId: `request-${index}`,
    commandText: `npm run build --workspace packages/part-${index % 1_000} -- --verbose --log-level debug`,
    executable: '/usr/bin/npm',
    cwd: `/home/ann/code/project-${index % 50}`,
    agentId: `agent-${index % 7}`,
    outcome,
    ...(outcome === 'allowed'
      ? { decision: null, decidedBy: 'rule', surface: null, ruleId: [...new Set(rules)].join(' ') }
      : { decision: null, decidedBy: outcome === 'expired' ? 'timeout' : 'person' }),
    reason: 'Rule 3f1c2d allows /usr/bin/npm with any arguments, only in /home/ann/code.',
  });
}
