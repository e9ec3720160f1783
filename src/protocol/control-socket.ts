import { z } from 'zod';
import { policyRequestSchemas } from './control-policy.ts';
import { execDecisionSchema } from './exec-socket.ts';

/**
 * `control.sock`: how `openclaw-mac` talks to a running companion of the same user. One JSON line
 * each way per connection. Same peer-UID rule as the exec socket; a process descended from a
 * command we ran is refused for everything but `status` (decision D12).
 *
 * A line has room for a policy document of several thousand rules (`policy.apply`).
 */
export const controlSocketLineCap = 2_000_000;

/** Most rows of one `audit.query`. */
export const maxAuditRows = 100_000;

/** "Deny and pause this agent": until then nobody is asked about it. */
export const agentPauseSchema = z.object({
  /** The name it claims; empty for agents that give none. */
  agent: z.string(),
  by: z.object({ surface: z.string(), who: z.string().nullable() }),
  sinceMs: z.number(),
  untilMs: z.number(),
});
export type AgentPauseView = z.infer<typeof agentPauseSchema>;

/** Longest pause that ends by itself, of an agent or of everything: 30 days in ms. */
export const maxPauseMs = 2_592_000_000;

/** Everything stands still: nothing runs, whatever rules say, and nobody is asked. */
const standstillSchema = z.object({
  by: z.object({ surface: z.string(), who: z.string().nullable() }),
  sinceMs: z.number(),
  /** Null: until a person ends it. */
  untilMs: z.number().nullable(),
});

/**
 * Where the switch stands; answer of `standstill.begin` and `standstill.end`. `problem`: one
 * sentence about keeping it over a restart.
 */
export const standstillStateSchema = z.object({
  standstill: standstillSchema.nullable(),
  /** What `standstill.end` ended. */
  ended: standstillSchema.nullish(),
  problem: z.string().nullable(),
});
export type StandstillState = z.infer<typeof standstillStateSchema>;

/** Answer of `approvals.decide`; `pause` when the denial paused the agent too. */
export const approvalDecidedSchema = z.object({
  id: z.string(),
  decision: execDecisionSchema,
  pause: agentPauseSchema.optional(),
});

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
    /**
     * Ms for which the agent is paused too. With `deny` only; beside another decision the answer is
     * refused as `not-offered`.
     */
    pauseAgentMs: z.int().min(1).max(maxPauseMs).optional(),
  }),
  z.strictObject({ op: z.literal('approvals.paused') }),
  z.strictObject({ op: z.literal('approvals.resume'), agent: z.string() }),
  z.strictObject({
    op: z.literal('standstill.begin'),
    /** Ms from now; null: until a person ends it. */
    forMs: z.int().min(1).max(maxPauseMs).nullable(),
  }),
  z.strictObject({ op: z.literal('standstill.end') }),
  z.strictObject({
    op: z.literal('audit.query'),
    sinceMs: z.number().optional(),
    limit: z.int().min(1).max(maxAuditRows).optional(),
  }),
  ...policyRequestSchemas,
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
  /** A question of the Gateway whose run may come to this companion. */
  mayRunHere: z.boolean().optional(),
  agentId: z.string().nullable(),
  sessionKey: z.string().nullable(),
  nodeId: z.string().nullable(),
  host: z.string().nullable(),
  security: z.string().nullable(),
  ask: z.string().nullable(),
  env: z.record(z.string(), z.string()),
  why: z.string(),
  risks: z.array(z.string()),
  always: z.array(z.string()),
  /** Why it can be allowed only once; absent where "always" is offered or means nothing. */
  onceBecause: z.string().optional(),
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
    /** How a Gateway that is not ours says it is; null while nothing is known, absent for our own. */
    health: z
      .object({
        kind: z.enum(['ok', 'unknown', 'login-required', 'degraded', 'failed']),
        text: z.string(),
        checkedAtMs: z.number(),
      })
      .nullish(),
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
    /** How many things an edit from outside would allow; they wait for `policy confirm`. */
    unconfirmed: z.number(),
  }),
  pendingApprovals: z.number(),
  pausedAgents: z.array(agentPauseSchema),
  /** Absent from older companions, which cannot stand still. */
  standstill: standstillSchema.nullish(),
  /** What is wrong with keeping that over a restart. */
  standstillProblem: z.string().nullish(),
  /** Why decisions are not written down. */
  auditProblem: z.string().nullish(),
});
export type CompanionStatus = z.infer<typeof companionStatusSchema>;
