import { errorText } from '#core/errors.ts';
import type { AuditEntry, Logger } from '#core/ports.ts';

/** Whether decisions are being kept. */
export interface AuditHealth {
  readonly path: string;
  /** Why the latest write failed; null when it did not. */
  readonly failure: string | null;
  /** Rows that wait in memory to be written. */
  readonly waiting: number;
  /** Rows lost since start. */
  readonly lost: number;
}

interface UnwrittenRowsDeps {
  readonly path: string;
  /** Throws what SQLite says. */
  readonly write: (entry: AuditEntry) => void;
  readonly log: Logger;
}

/** A disk that stays full for longer than these many decisions loses the oldest of them. */
const maxWaiting = 1_000;

/**
 * Rows on their way to the disk. What a full or locked disk does not take stays here, in order, and
 * is written with the next row or before the next look.
 */
export class UnwrittenRows {
  readonly #deps: UnwrittenRowsDeps;
  #rows: AuditEntry[] = [];
  #failure: string | null = null;
  #lost = 0;

  constructor(deps: UnwrittenRowsDeps) {
    this.#deps = deps;
  }

  /** Written at the end of the turn, so that no answer waits for the disk. */
  add(entry: AuditEntry): void {
    this.#rows.push(entry);
    if (this.#rows.length === 1 || this.#failure !== null) setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#rows.length === 0) return;
    const failure = this.#writeAll();
    if (this.#rows.length > maxWaiting) {
      this.#lost += this.#rows.splice(0, this.#rows.length - maxWaiting).length;
    }
    const { log } = this.#deps;
    // One line per distinct failure: a full disk must not fill the log as well.
    if (failure !== null && failure !== this.#failure) {
      log.error('audit.write.failed', { error: failure });
    }
    if (failure === null && this.#failure !== null)
      log.info('audit.write.works-again', { lost: this.#lost });
    this.#failure = failure;
  }

  /** What is left cannot be kept any longer. */
  giveUp(): void {
    this.flush();
    const lost = this.#rows.splice(0).length;
    this.#lost += lost;
    if (lost > 0) this.#deps.log.error('audit.rows.lost', { lost });
  }

  health(): AuditHealth {
    this.flush();
    const { path } = this.#deps;
    return { path, failure: this.#failure, waiting: this.#rows.length, lost: this.#lost };
  }

  /** @returns why a row could not be written; null when all were. */
  #writeAll(): string | null {
    let failure: string | null = null;
    let done = 0;
    for (const entry of this.#rows) {
      try {
        this.#deps.write(entry);
      } catch (error) {
        failure = errorText(error);
        if (isOfTheDisk(error)) break;
        // The row's own fault: it would hold up all others for ever.
        this.#lost += 1;
      }
      done += 1;
    }
    this.#rows.splice(0, done);
    return failure;
  }
}

/** SQLite's primary result codes that say nothing about the row: PERM, BUSY … CANTOPEN. */
const diskCodes: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 10, 13, 14]);

function isOfTheDisk(error: unknown): boolean {
  const { errcode } = Object(error) as { readonly errcode?: unknown };
  return typeof errcode === 'number' && diskCodes.has(errcode & 0xff);
}
