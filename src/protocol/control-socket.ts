import { z } from 'zod';
import { execDecisionSchema } from './exec-socket.ts';

/**
 * `control.sock`: how `openclaw-mac` talks to a running companion of the same user. One JSON line
 * each way per connection. Same peer-UID rule as the exec socket; a process descended from a
 * command we ran is refused for everything but `status` (decision D12).
 */
export const controlSocketLineCap = 256_000;

/** Most rows of one `audit.query`. */
export const maxAuditRows = 100_000;

export const controlRequestSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('status') }),
  z.strictObject({ op: z.literal('approvals.list') }),
  z.strictObject({ op: z.literal('approvals.show'), id: z.string() }),
  z.strictObject({
    op: z.literal('approvals.decide'),
    id: z.string(),
    decision: execDecisionSchema,
    /** Of the text that was shown; a different pending text refuses the answer (S24). */
    displayDigest: z.string(),
    note: z.string().max(1_000).optional(),
  }),
  z.strictObject({
    op: z.literal('audit.query'),
    sinceMs: z.number().optional(),
    limit: z.int().min(1).max(maxAuditRows).optional(),
  }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** `unknown`/`stale`/`not-offered` are answers of the approval queue, not failures of the socket. */
const controlErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

export const controlResponseSchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error: controlErrorSchema }),
]);
export type ControlResponse = z.infer<typeof controlResponseSchema>;

export const pendingApprovalViewSchema = z.object({
  id: z.string(),
  kind: z.string(),
  commandText: z.string(),
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  executable: z.string().nullable(),
  agentId: z.string().nullable(),
  sessionKey: z.string().nullable(),
  nodeId: z.string().nullable(),
  env: z.record(z.string(), z.string()),
  why: z.string(),
  offered: z.array(execDecisionSchema),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  count: z.number(),
  planDigest: z.string(),
  displayDigest: z.string(),
});
export type PendingApprovalView = z.infer<typeof pendingApprovalViewSchema>;

export const companionStatusSchema = z.object({
  pid: z.number(),
  version: z.string(),
  startedAtMs: z.number(),
  gateway: z.object({
    url: z.string(),
    mode: z.enum(['own', 'attached']),
    connected: z.object({ node: z.boolean(), operator: z.boolean() }),
  }),
  execSocket: z.string(),
  controlSocket: z.string(),
  bridgeSocket: z.string().nullable(),
  nodeId: z.string(),
  policy: z.object({
    path: z.string(),
    security: z.string(),
    ask: z.string(),
    problem: z.string().nullable(),
  }),
  pendingApprovals: z.number(),
});
export type CompanionStatus = z.infer<typeof companionStatusSchema>;
