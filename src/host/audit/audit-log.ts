import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CompanionError, errorText } from '#core/errors.ts';
import type { AuditEntry, AuditLog, AuditQuery, Logger } from '#core/ports.ts';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import { createDatabase, isDamage, moveAside } from './audit-database.ts';
import { auditRowSchema, columns, toRow } from './audit-row.ts';
import { type AuditHealth, UnwrittenRows } from './unwritten-rows.ts';

/** For those who look back. */
export interface AuditReader {
  /**
   * Runs `use` on a database that has every row recorded up to now; it may be another one than
   * last time. What fails here costs no row.
   * @throws CompanionError STATE when it cannot be read.
   */
  read<T>(use: (database: DatabaseSync) => T): T;
}

export interface AuditLogOptions {
  readonly path: string;
  readonly log: Logger;
  /** Unix time in ms; names a damaged file that is moved aside. */
  readonly now?: () => number;
}

const defaultLimit = 100;
const maxLimit = 100_000;

/**
 * Opens the append-only history of decisions (AP-16). A damaged database is moved aside, never
 * deleted, and a new one is begun.
 * @throws CompanionError UNSAFE_PATH for a file that is not private to us; STATE for a database
 *   written by a newer version or one that cannot be opened.
 */
export function openAuditLog(
  options: AuditLogOptions,
): AuditLog & AuditReader & { health(): AuditHealth; close(): void } {
  ensurePrivateDir(dirname(options.path));
  return new SqliteAuditLog(options);
}

class SqliteAuditLog implements AuditLog, AuditReader {
  readonly #path: string;
  readonly #log: Logger;
  readonly #now: () => number;
  #file: Prepared;
  #closed = false;
  readonly #unwritten: UnwrittenRows;

  constructor({ path, log, now = Date.now }: AuditLogOptions) {
    this.#path = path;
    this.#log = log;
    this.#now = now;
    this.#file = this.#open();
    this.#unwritten = new UnwrittenRows({ path, log, write: (entry) => this.#write(entry) });
  }

  record(entry: AuditEntry): void {
    this.#unwritten.add(entry);
  }

  query({
    sinceMs = 0,
    limit = defaultLimit,
    decisionsOnly = false,
  }: AuditQuery): readonly (AuditEntry & {
    readonly seq: number;
  })[] {
    const most = Math.min(Math.max(1, Math.floor(limit) || 1), maxLimit);
    return this.read(() =>
      this.#file.select
        .all(Math.floor(sinceMs) || 0, decisionsOnly ? 0 : 1, most)
        .map((row) => auditRowSchema.parse(row)),
    );
  }

  read<T>(use: (database: DatabaseSync) => T): T {
    this.#unwritten.flush();
    try {
      return use(this.#file.database);
    } catch (error) {
      throw new CompanionError('STATE', `${this.#path} cannot be read`, { cause: error });
    }
  }

  health(): AuditHealth {
    return this.#unwritten.health();
  }

  close(): void {
    if (this.#closed) return;
    this.#unwritten.giveUp();
    this.#closed = true;
    this.#file.database.close();
  }

  #write(entry: AuditEntry): void {
    const row = toRow(entry);
    try {
      this.#file.insert.run(row);
    } catch (error) {
      if (this.#closed || !isDamage(error)) throw error;
      this.#file.database.close();
      this.#file = this.#startAnew(error);
      this.#file.insert.run(row);
    }
  }

  #startAnew(cause: unknown): Prepared {
    const movedTo = moveAside(this.#path, this.#now());
    this.#log.error('audit.database.damaged', { movedTo, error: errorText(cause) });
    return prepare(createDatabase(this.#path, this.#log));
  }

  #open(): Prepared {
    try {
      return prepare(createDatabase(this.#path, this.#log));
    } catch (error) {
      if (isDamage(error)) return this.#startAnew(error);
      if (error instanceof CompanionError) throw error;
      throw new CompanionError('STATE', `${this.#path} cannot be opened`, { cause: error });
    }
  }
}

interface Prepared {
  readonly database: DatabaseSync;
  readonly insert: StatementSync;
  readonly select: StatementSync;
}

function prepare(database: DatabaseSync): Prepared {
  const names = columns.join(', ');
  const values = columns.map((column) => `:${column}`).join(', ');
  return {
    database,
    insert: database.prepare(`INSERT INTO decisions (${names}) VALUES (${values})`),
    select: database.prepare(
      `SELECT seq, ${names} FROM decisions WHERE atMs >= ? AND (? OR transport <> 'companion') ORDER BY atMs DESC, seq DESC LIMIT ?`,
    ),
  };
}
