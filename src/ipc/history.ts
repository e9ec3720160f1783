import { z } from 'zod';

/** History of decisions, a page at a time: 100 000 rows are never loaded at once. */

/** `AuditOutcome` of core/ports.ts. */
const historyOutcomes = ['allowed', 'denied', 'expired', 'cancelled', 'invalid'] as const;

/** `AuditDecider` of core/ports.ts. */
const historyDeciders = [
  'rule',
  'policy',
  'person',
  'grant',
  'timeout',
  'cancel',
  'test-aid',
  'request',
] as const;

const unixMs = z.int().nonnegative();

export const historyFilterSchema = z.strictObject({
  /** Part of the command, of the program, of the folder or of the reason; letter case does not matter. */
  text: z.string().max(500).optional(),
  /** Name of an agent as it is in the audit; empty for agents without a name. */
  agent: z.string().max(1_001).optional(),
  /** Any of these; changes to the companion have none. */
  outcomes: z.array(z.enum(historyOutcomes)).min(1).max(historyOutcomes.length).optional(),
  decidedBy: z.enum(historyDeciders).optional(),
  /** From here on, and before there. */
  sinceMs: unixMs.optional(),
  untilMs: unixMs.optional(),
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

/** Most rows of one page. */
const historyPageRows = 200;

export const historyPageInputSchema = z.strictObject({
  filter: historyFilterSchema,
  /** `next` of the page before; null: the newest rows. */
  before: z.int().positive().nullable(),
  /** Only what is newer than this `mark`. */
  after: z.int().nonnegative().optional(),
  limit: z.int().min(1).max(historyPageRows),
});

/** One decision, or one change to the companion itself; every text is safe to show. */
const historyRowSchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  command: z.string(),
  agent: z.object({ text: z.string(), claimed: z.boolean() }),
  outcome: z.enum([...historyOutcomes, 'change']),
  decidedBy: z.enum(historyDeciders),
  /** By whom or by what it was decided, and why. */
  reason: z.string(),
  /** Everything else the audit knows of it, for the details. */
  facts: z.array(z.object({ label: z.string(), text: z.string() })),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;

export const historyPageSchema = z.object({
  rows: z.array(historyRowSchema),
  /** For the next page, which may be empty; null: these were the oldest. */
  next: z.number().nullable(),
  /** For {@link historyPageInputSchema} `after`: everything up to here was looked at. */
  mark: z.number(),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;

/** What the filter finds in all, and the chart: one entry for each local day, oldest first. */
export const historySummarySchema = z.object({
  /** Rows, changes to the companion included. */
  total: z.number(),
  changes: z.number(),
  /** The last thirty within the filter, those without a decision included. */
  days: z.array(
    z.object({
      /** `2026-11-21`, in local time. */
      day: z.string(),
      counts: z.object({
        allowed: z.number(),
        denied: z.number(),
        expired: z.number(),
        cancelled: z.number(),
        invalid: z.number(),
        change: z.number(),
      }),
    }),
  ),
  /** Agents that can be chosen in the filter, most frequent first; whatever the filter says. */
  agents: z.array(z.object({ name: z.string(), shown: z.string() })),
});
export type HistorySummary = z.infer<typeof historySummarySchema>;
