import { z } from 'zod';
import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import type { CliContext } from '../context.ts';

/** The columns shown; the whole row goes to `--json`. */
const auditRowSchema = z.looseObject({
  atMs: z.number(),
  outcome: z.string(),
  decidedBy: z.string(),
  surface: z.string().nullable(),
  commandText: z.string(),
  agentId: z.string().nullable(),
  reason: z.string(),
  exitCode: z.number().nullable(),
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
    const who = row.surface ?? row.decidedBy;
    const exit = row.exitCode === null ? '' : `  exit ${row.exitCode}`;
    const line = `${new Date(row.atMs).toISOString()}  ${row.outcome.padEnd(9)}  ${who}  ${row.agentId ?? '-'}  ${row.commandText}${exit}  (${row.reason})`;
    context.io.out(`${displayText(line).text}\n`);
  }
  return 0;
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `15m`, `2h`, `7d` ago, or a date. */
function sinceMs(text: string, nowMs: number): number {
  const span = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = unitMs[span?.[2] ?? ''];
  if (span && unit !== undefined) return nowMs - Number(span[1]) * unit;
  const date = Date.parse(text);
  if (Number.isNaN(date)) {
    throw new CompanionError('USAGE', messages.cli.badSince(text), {
      hint: messages.cli.badSinceHint,
    });
  }
  return date;
}
