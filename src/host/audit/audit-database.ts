import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  renameSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { holdsText, holdsTextName } from './history-conditions.ts';

/** Files of one database: SQLite gives `-wal` and `-shm` the mode of the first. */
const suffixes = ['', '-wal', '-shm'] as const;

/** `seq` never repeats; rows are only ever added. */
const tables = `
  CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    atMs INTEGER NOT NULL,
    requestId TEXT NOT NULL,
    transport TEXT NOT NULL,
    commandText TEXT NOT NULL,
    executable TEXT,
    cwd TEXT,
    agentId TEXT,
    sessionKey TEXT,
    nodeId TEXT,
    planDigest TEXT,
    outcome TEXT NOT NULL,
    decision TEXT,
    decidedBy TEXT NOT NULL,
    surface TEXT,
    reason TEXT NOT NULL,
    ruleId TEXT,
    latencyMs INTEGER NOT NULL,
    exitCode INTEGER,
    timedOut INTEGER NOT NULL,
    runMs INTEGER,
    error TEXT
  ) STRICT;
  CREATE INDEX decisions_by_time ON decisions (atMs);
  CREATE TRIGGER decisions_keep_rows BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
  CREATE TRIGGER decisions_keep_values BEFORE UPDATE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
`;

/**
 * For looking back (history.ts): what filters and counts need without the long texts, in order;
 * the rows of one agent; the rules that allowed something.
 */
const indexes = `
  CREATE INDEX IF NOT EXISTS decisions_brief
    ON decisions (seq, atMs, outcome, decidedBy, agentId);
  CREATE INDEX IF NOT EXISTS decisions_by_agent ON decisions (agentId);
  CREATE INDEX IF NOT EXISTS decisions_by_rules ON decisions (ruleId)
    WHERE ruleId IS NOT NULL AND outcome = 'allowed';
`;

/** Counts and filters tell decisions from changes to the companion, also without the long texts. */
const transports = `
  DROP INDEX IF EXISTS decisions_brief;
  CREATE INDEX decisions_brief
    ON decisions (seq, atMs, outcome, decidedBy, agentId, transport);
`;

/** What leads from each version of the file to the next; no step touches a row. */
const steps: readonly string[] = [tables, indexes, transports];

/**
 * Opens or makes the database, 0600 from its first byte. An older one is brought up to date in
 * place; one that cannot be is used as it is, told to `log`: rows matter more than their indexes.
 * @throws CompanionError UNSAFE_PATH, STATE; an SQLite error for a damaged file ({@link isDamage}).
 */
export function createDatabase(path: string, log: Pick<Logger, 'warn'>): DatabaseSync {
  for (const suffix of suffixes) requirePrivate(`${path}${suffix}`, suffix === '');
  // Another process may look at the history: wait a moment for its lock, never long.
  const database = new DatabaseSync(path, { timeout: 250 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.function(holdsTextName, { deterministic: true, directOnly: true }, holdsText);
    migrate(database, path, log);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.user_version;
}

function migrate(database: DatabaseSync, path: string, log: Pick<Logger, 'warn'>): void {
  const version = versionOf(database);
  if (typeof version !== 'number' || version > steps.length) {
    throw new CompanionError('STATE', `${path} was written by a newer version`, {
      hint: 'Update the companion, or move the file away to begin a new history.',
    });
  }
  for (const [from, statements] of steps.entries()) {
    if (from < version) continue;
    try {
      step(database, from, statements);
    } catch (error) {
      if (from === 0 || isDamage(error)) throw error;
      log.warn('audit.upgrade.failed', { from, error: errorText(error) });
      return;
    }
  }
}

/** All of a step, or nothing of it. */
function step(database: DatabaseSync, from: number, statements: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another program that starts at this moment may have been faster.
    if (versionOf(database) === from) {
      database.exec(`${statements} PRAGMA user_version = ${from + 1};`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Makes the file, or checks that the one there is ours alone and no link (S21). */
function requirePrivate(path: string, create: boolean): void {
  if (!create && !existsSync(path)) return;
  const flags = constants.O_RDWR | constants.O_NOFOLLOW | (create ? constants.O_CREAT : 0);
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw unsafe(path, 'is a symbolic link');
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw unsafe(path, 'is not a regular file');
    if (info.nlink > 1) throw unsafe(path, 'has a second hard link');
    if (typeof process.getuid === 'function' && info.uid !== process.getuid()) {
      throw unsafe(path, 'belongs to another user');
    }
    if ((info.mode & 0o022) !== 0) throw unsafe(path, 'can be written by other users');
    if ((info.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
  } finally {
    closeSync(fd);
  }
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'Nothing was written. Look at the file, then move it away.',
  });
}

/** SQLITE_CORRUPT, SQLITE_NOTADB: the file is no database, or a broken one. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error ? Reflect.get(error, 'errcode') : null;
  // The low byte is the primary code; the rest says more about it.
  return typeof code === 'number' && [11, 26].includes(code & 0xff);
}

/** Renames the database and what belongs to it. @returns the new path. */
export function moveAside(path: string, nowMs: number): string {
  let target = `${path}.damaged-${nowMs}`;
  for (let again = 1; existsSync(target); again += 1) target = `${path}.damaged-${nowMs}-${again}`;
  for (const suffix of suffixes) {
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${target}${suffix}`);
  }
  return target;
}
