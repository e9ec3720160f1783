import { z } from 'zod';
import { approvalsDocumentSchema } from './approvals-document.ts';
import { execDecisionSchema } from './exec-socket.ts';

/** `exec.approval.*` (prompts) and `exec.approvals.*` (document) of the Gateway (exec-ipc §6). */

const name = z.string().min(1);
const optionalText = z.string().nullish();

export const defaultApprovalTimeoutMs = 120_000;

/** exec-ipc §6.2: dots alone would be path segments, `plugin:` is another namespace of the peers. */
const approvalIdSchema = z.string().regex(/^(?!\.{1,2}$)(?!plugin:)[A-Za-z0-9._:-]{1,128}$/);

/**
 * Closed like the peers': FEB inputs, then those newer callers add (exec-ipc §6.2). The added ones
 * are accepted; only those with a type here mean anything to us.
 */
export const execApprovalRequestParamsSchema = z.strictObject({
  id: approvalIdSchema.optional(),
  command: name,
  cwd: optionalText,
  host: optionalText,
  security: optionalText,
  ask: optionalText,
  agentId: optionalText,
  resolvedPath: optionalText,
  sessionKey: optionalText,
  timeoutMs: z.int().min(1).optional(),
  twoPhase: z.boolean().nullish(),
  nodeId: optionalText,
  commandArgv: z.array(z.string()).nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  unavailableDecisions: z.array(z.string()).nullish(),
  warningText: optionalText,
  systemRunPlan: z.unknown().optional(),
  scope: z.unknown().optional(),
  commandSpans: z.unknown().optional(),
  sessionId: z.unknown().optional(),
  runId: z.unknown().optional(),
  toolCallId: z.unknown().optional(),
  turnId: z.unknown().optional(),
  turnSourceChannel: z.unknown().optional(),
  turnSourceTo: z.unknown().optional(),
  turnSourceAccountId: z.unknown().optional(),
  turnSourceThreadId: z.unknown().optional(),
  approvalReviewerDeviceIds: z.unknown().optional(),
  requireDeliveryRoute: z.unknown().optional(),
  suppressDelivery: z.unknown().optional(),
  deliverToApprovalClientsOnly: z.unknown().optional(),
});
export type ExecApprovalRequestParams = z.infer<typeof execApprovalRequestParamsSchema>;

/** `decision` stays free text: a wrong one has its own error, `invalid decision` (gateway §9). */
export const execApprovalResolveParamsSchema = z.strictObject({ id: name, decision: name });

/** Parameters of `exec.approval.get` and `exec.approval.waitDecision`. */
export const execApprovalIdParamsSchema = z.strictObject({ id: name });

export const execApprovalListParamsSchema = z.strictObject({});

/** The eight facts of a request, null-filled; newer peers add keys. */
const execApprovalSubjectSchema = z.looseObject({
  command: z.string(),
  cwd: optionalText,
  host: optionalText,
  security: optionalText,
  ask: optionalText,
  agentId: optionalText,
  resolvedPath: optionalText,
  sessionKey: optionalText,
});

/** Payload of `exec.approval.requested` and one entry of `exec.approval.list`. */
export const execApprovalRequestedSchema = z.looseObject({
  id: name,
  request: execApprovalSubjectSchema,
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
});
export type ExecApprovalRequested = z.infer<typeof execApprovalRequestedSchema>;

export const execApprovalResolvedSchema = z.looseObject({
  id: name,
  decision: execDecisionSchema.nullable(),
  resolvedBy: z.string().nullish(),
  ts: z.number(),
});
export type ExecApprovalResolved = z.infer<typeof execApprovalResolvedSchema>;

/** First answer to a `twoPhase` request (exec-ipc §6.2). */
export const execApprovalAcceptedSchema = z.looseObject({
  status: z.literal('accepted'),
  id: name,
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
});

/** Answer of `exec.approval.request` and `waitDecision`; null: nobody decided in time. */
export const execApprovalDecisionSchema = z.looseObject({
  id: name,
  decision: execDecisionSchema.nullable(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
});
export type ExecApprovalDecision = z.infer<typeof execApprovalDecisionSchema>;

/** Newest peers answer an array. */
export const execApprovalListResultSchema = z.array(execApprovalRequestedSchema);

export const execApprovalGetResultSchema = z.looseObject({
  id: name,
  commandText: z.string(),
  commandPreview: optionalText,
  allowedDecisions: z.array(execDecisionSchema),
  host: optionalText,
  nodeId: optionalText,
  agentId: optionalText,
  expiresAtMs: z.number(),
});

/** The plain `{ok:true}` of `exec.approval.resolve`, `system-event` and others. */
export const okResultSchema = z.looseObject({ ok: z.literal(true) });

export const approvalsGetParamsSchema = z.strictObject({});

export const approvalsSetParamsSchema = z.strictObject({
  file: approvalsDocumentSchema,
  baseHash: name.optional(),
});

export const approvalsNodeGetParamsSchema = z.strictObject({ nodeId: name });

export const approvalsNodeSetParamsSchema = z.strictObject({
  nodeId: name,
  file: approvalsDocumentSchema,
  baseHash: name.optional(),
});
