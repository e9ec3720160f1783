import { z } from 'zod';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export const logsTailInputSchema = z.strictObject({
  /** This level and above. */
  level: z.enum(logLevels),
  limit: z.int().min(1).max(1_000),
});

export const logsTailSchema = z.object({
  /** Oldest first; redacted when they were written. */
  lines: z.array(
    z.object({ atMs: z.number(), level: z.enum(logLevels), event: z.string(), text: z.string() }),
  ),
  path: z.string(),
  /** What is written down at all: this level and above. */
  written: z.enum(logLevels),
});

export const logsWriteInputSchema = z.strictObject({ level: z.enum(logLevels) });

/** Where the redacted bundle was written; null: the person chose no place. */
export const logsExportSchema = z.object({ path: z.string() }).nullable();
