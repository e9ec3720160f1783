import { z } from 'zod';

/** Exec socket messages (exec-ipc §1.7) and our challenge extension (decision D13). */

export const execDecisionSchema = z.enum(['allow-once', 'allow-always', 'deny']);
export type ExecDecision = z.infer<typeof execDecisionSchema>;

/** Longest line a server reads, newline included (exec-ipc §1.5). */
export const execSocketLineCap = 256_000;

/** Accepted distance between a message's `ts` and our clock, inclusive, both ways (exec-ipc §2). */
export const execSocketTtlMs = 10_000;

/** null and absent mean the same for every optional of the peers (exec-ipc §1.7 B). */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

/** A: prompt only; carries the plain token. Unknown keys ignored, wrong types close (exec-ipc §1.7 A). */
export const promptRequestSchema = z.object({
  type: z.literal('request'),
  token: z.string(),
  id: z.string(),
  request: z.object({
    command: z.string(),
    cwd: optional(z.string()),
    host: optional(z.string()),
    security: optional(z.string()),
    ask: optional(z.string()),
    agentId: optional(z.string()),
    resolvedPath: optional(z.string()),
    sessionKey: optional(z.string()),
    // Wrongly typed counts as absent; unknown members are dropped (exec-ipc §1.7 A).
    allowedDecisions: z.array(z.unknown()).nullish().catch(null),
  }),
});
export type PromptRequest = z.infer<typeof promptRequestSchema>;

const decisionMessageSchema = z.object({
  type: z.literal('decision'),
  id: z.string(),
  decision: execDecisionSchema,
});
export type DecisionMessage = z.infer<typeof decisionMessageSchema>;

/** B: run; `requestJson` is signed exactly as received and decoded only after the MAC holds. */
export const execEnvelopeSchema = z.object({
  type: z.literal('exec'),
  id: z.string(),
  nonce: z.string(),
  ts: z.int(),
  hmac: z.string(),
  requestJson: z.string(),
  /** Present after a challenge on the same connection: then it is part of the MAC (D13). */
  serverNonce: z.string().optional(),
});
export type ExecEnvelope = z.infer<typeof execEnvelopeSchema>;

/** Our node host proves the server before it sends anything worth having (D13). */
const challengeSchema = z.object({
  type: z.literal('challenge'),
  id: z.string(),
  nonce: z.string().min(16).max(128),
});
export type Challenge = z.infer<typeof challengeSchema>;

export const challengeResponseSchema = z.object({
  type: z.literal('challenge-res'),
  id: z.string(),
  nonce: z.string(),
  proof: z.string(),
});
export type ChallengeResponse = z.infer<typeof challengeResponseSchema>;

const policyRuleSchema = z.looseObject({
  pattern: z.string(),
  argPattern: optional(z.string()),
  source: optional(z.string()),
});

/** Inner request of `exec`. FEB fields first, then NEW, then ours. */
export const execInnerRequestSchema = z.object({
  command: z.array(z.string()),
  rawCommand: optional(z.string()),
  cwd: optional(z.string()),
  env: optional(z.record(z.string(), z.string())),
  timeoutMs: optional(z.int()),
  needsScreenRecording: optional(z.boolean()),
  agentId: optional(z.string()),
  sessionKey: optional(z.string()),
  approvalDecision: optional(execDecisionSchema),
  approvalSource: optional(z.string()),
  policySnapshot: optional(
    z.looseObject({
      security: z.string(),
      ask: z.string(),
      askFallback: z.string(),
      autoAllowSkills: z.boolean(),
      allowlistRules: z.array(policyRuleSchema),
    }),
  ),
  /** Ours: ms the caller waits in all, prompt and run together; 0 = for ever (issue 2, item 5). */
  budgetMs: optional(z.int().nonnegative()),
  /** Ours: correlation of the run, echoed in events. */
  runId: optional(z.string()),
});
export type ExecInnerRequest = z.infer<typeof execInnerRequestSchema>;

/** Result of a run that was started, or could not be spawned (still `ok:true`, exec-ipc §3.7). */
export const runPayloadSchema = z.object({
  exitCode: z.int().nullish(),
  timedOut: z.boolean(),
  success: z.boolean(),
  stdout: z.string(),
  stderr: z.string(),
  error: z.string().nullish(),
});
export type RunPayload = z.infer<typeof runPayloadSchema>;

const execErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  reason: z.string().nullish(),
});

export const execResponseSchema = z.object({
  type: z.literal('exec-res'),
  id: z.string(),
  ok: z.boolean(),
  payload: runPayloadSchema.nullish(),
  error: execErrorSchema.nullish(),
});
export type ExecResponse = z.infer<typeof execResponseSchema>;

export const execClientMessageSchema = z.discriminatedUnion('type', [
  promptRequestSchema,
  execEnvelopeSchema,
  challengeSchema,
]);
export type ExecClientMessage = z.infer<typeof execClientMessageSchema>;

/** What the MAC of an `exec` covers (exec-ipc §2; with a server nonce: D13). */
export function execMacInput(
  envelope: Pick<ExecEnvelope, 'nonce' | 'ts' | 'requestJson'>,
  serverNonce?: string,
): string {
  const { nonce, ts, requestJson } = envelope;
  return serverNonce === undefined
    ? `${nonce}:${ts}:${requestJson}`
    : `${nonce}:${serverNonce}:${ts}:${requestJson}`;
}

/** What the server's proof covers (D13). */
export function challengeMacInput(clientNonce: string, serverNonce: string): string {
  return `server:${clientNonce}:${serverNonce}`;
}
