import type { AuditDecider, AuditEntry, AuditOutcome } from '#core/ports.ts';

/** Which rows of the history are looked for; every part narrows it. */
export interface HistoryFilter {
  /** Part of the command, of the program, of the folder or of the reason, in any letter case. */
  readonly text?: string | undefined;
  /** As the row has it; empty: agents without a name. */
  readonly agent?: string | undefined;
  /** Any of these; changes to the companion have none. */
  readonly outcomes?: readonly AuditOutcome[] | undefined;
  readonly decidedBy?: AuditDecider | undefined;
  /** Unix ms: from here on, and before there. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export interface HistoryQuery {
  readonly filter: HistoryFilter;
  /** Only rows older than this `seq`; null: from the newest on. */
  readonly before: number | null;
  /** Only rows newer than this `seq`; absent: all. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export type HistoryRow = AuditEntry & { readonly seq: number };

export interface HistoryRows {
  /** In the order they were recorded, newest first. */
  readonly rows: readonly HistoryRow[];
  /** `before` of the next page, which may be empty; null: there is none. */
  readonly next: number | null;
  /** Highest `seq` at that moment, whatever the filter says. */
  readonly mark: number;
}

/** `change`: a person changed the companion itself, and decided about no command. */
export type HistoryCounts = Record<AuditOutcome | 'change', number>;

export interface HistorySummary {
  /** Rows found, changes included. */
  readonly total: number;
  readonly changes: number;
  /** The last local days within the filter, oldest first, days without a row included. */
  readonly days: readonly { readonly day: string; readonly counts: Readonly<HistoryCounts> }[];
  /** Whatever the filter says, most frequent first; empty for agents without a name. */
  readonly agents: readonly string[];
}

/**
 * Looking back at the audit. Nothing here holds the process up for longer than a frame, however
 * much there is, and nothing that fails here keeps a row from being recorded.
 */
export interface History {
  /** @throws CompanionError STATE when it cannot be read; the reason of `signal`. */
  search(query: HistoryQuery, signal?: AbortSignal): Promise<HistoryRows>;
  /** @throws CompanionError STATE when it cannot be read; the reason of `signal`. */
  summary(filter: HistoryFilter, signal?: AbortSignal): Promise<HistorySummary>;
  /**
   * Rule id → how many decisions it allowed.
   * @throws CompanionError STATE when it cannot be read.
   */
  usesOfRules(): ReadonlyMap<string, number>;
  /** Highest `seq`; rises with every row. Never throws: what cannot be read has not changed. */
  mark(): number;
}
