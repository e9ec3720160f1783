import { z } from 'zod';
import type { AuditDecider, AuditEntry, AuditOutcome } from '#core/ports.ts';
import { redactSecrets } from '#core/redact.ts';
import { execDecisionSchema } from '#protocol/exec-socket.ts';

const outcomes = {
  allowed: 'allowed',
  denied: 'denied',
  expired: 'expired',
  cancelled: 'cancelled',
  invalid: 'invalid',
} as const satisfies { [Name in AuditOutcome]: Name };

const deciders = {
  rule: 'rule',
  policy: 'policy',
  person: 'person',
  grant: 'grant',
  timeout: 'timeout',
  cancel: 'cancel',
  'test-aid': 'test-aid',
  request: 'request',
} as const satisfies { [Name in AuditDecider]: Name };

const text = z.string();
const integer = z.int();

/** A row as it comes back: what is in the file is not trusted more than any other input. */
export const auditRowSchema = z.object({
  seq: integer,
  atMs: integer,
  requestId: text,
  transport: z.enum(['exec-socket', 'node-invoke', 'gateway', 'companion']),
  commandText: text,
  executable: text.nullable(),
  cwd: text.nullable(),
  agentId: text.nullable(),
  sessionKey: text.nullable(),
  nodeId: text.nullable(),
  planDigest: text.nullable(),
  outcome: z.enum(outcomes),
  decision: execDecisionSchema.nullable(),
  decidedBy: z.enum(deciders),
  surface: text.nullable(),
  reason: text,
  ruleId: text.nullable(),
  latencyMs: integer,
  exitCode: integer.nullable(),
  timedOut: z.literal([0, 1]).transform((flag) => flag === 1),
  runMs: integer.nullable(),
  error: text.nullable(),
}) satisfies z.ZodType<AuditEntry & { readonly seq: number }>;

type Column = Exclude<keyof typeof auditRowSchema.shape, 'seq'>;

/** Every column but `seq`, which the database gives. */
export const columns = Object.keys(auditRowSchema.shape).filter(
  (name): name is Column => name !== 'seq',
);

/** Columns that hold nothing a caller wrote freely. */
const ours: ReadonlySet<Column> = new Set(['planDigest', 'nodeId', 'ruleId', 'requestId']);

/**
 * What was allowed is kept whole. What was not, an agent can send without end, and rows are never
 * deleted: of that, enough to recognise it (S26).
 */
const maxTextChars = 1_000;

/** Named parameters of the insert, secrets redacted (S30), times in whole ms. */
export function toRow(entry: AuditEntry): Record<Column, string | number | null> {
  const isAllowed = entry.outcome === 'allowed';
  const pairs = columns.map((column) => {
    const value = entry[column];
    if (typeof value === 'string' && ours.has(column)) return [column, value];
    if (typeof value === 'string') return [column, isAllowed ? clean(value) : cut(clean(value))];
    if (typeof value === 'boolean') return [column, value ? 1 : 0];
    return [column, typeof value === 'number' ? Math.round(value) : null];
  });
  return Object.fromEntries(pairs);
}

function cut(text: string): string {
  return text.length > maxTextChars ? `${text.slice(0, maxTextChars)}…` : text;
}

/** SQLite ends a text at its first NUL when it reads it back. */
function clean(value: string): string {
  return redactSecrets(value).replaceAll('\0', '\u{FFFD}');
}
