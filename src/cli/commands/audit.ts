import { z } from 'zod';
import { decisionSentence } from '#core/audit/decision-sentence.ts';
import { displayText } from '#core/display.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import type { CliContext } from '../context.ts';
import { sinceMs } from '../since.ts';

/** The columns shown; the whole row goes to `--json`. */
const auditRowSchema = z.looseObject({
  atMs: z.number(),
  transport: z.string(),
  outcome: z.string(),
  decision: z.string().nullable(),
  decidedBy: z.string(),
  surface: z.string().nullable(),
  commandText: z.string(),
  agentId: z.string().nullable(),
  reason: z.string(),
  exitCode: z.number().nullable(),
  error: z.string().nullable(),
});

export interface AuditOptions {
  readonly since?: string;
  readonly limit: number;
}

/** `openclaw-mac audit [--since 1h|2026-11-21] [--limit N] [--json]`: newest first. */
export async function auditCommand(context: CliContext, options: AuditOptions): Promise<number> {
  const rows = auditRowSchema.array().parse(
    await callControl(context.stateDir.controlSocket, {
      op: 'audit.query',
      limit: options.limit,
      ...(options.since === undefined ? {} : { sinceMs: sinceMs(options.since, Date.now()) }),
    }),
  );
  if (context.json) {
    context.io.json({ ok: true, rows });
    return 0;
  }
  if (rows.length === 0) context.io.out(`${messages.cli.auditEmpty}\n`);
  for (const row of rows) {
    const exit = row.exitCode === null ? '' : `  exit ${row.exitCode}`;
    const line = `${new Date(row.atMs).toISOString()}  ${row.outcome.padEnd(9)}  ${row.agentId ?? '-'}  ${row.commandText}${exit}  (${decisionSentence(row)})`;
    context.io.out(`${displayText(line).text}\n`);
  }
  return 0;
}
