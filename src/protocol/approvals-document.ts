import { z } from 'zod';

/** Exec approvals document, version 1 (exec-ipc §4.1). Unknown keys are kept. */

export const securitySchema = z.enum(['deny', 'allowlist', 'full']);
export type Security = z.infer<typeof securitySchema>;

export const askSchema = z.enum(['off', 'on-miss', 'always']);
export type Ask = z.infer<typeof askSchema>;

const allowlistEntrySchema = z.looseObject({
  id: z.string().optional(),
  pattern: z.string(),
  lastUsedAt: z.number().nonnegative().optional(),
  lastUsedCommand: z.string().optional(),
  lastResolvedPath: z.string().optional(),
  source: z.string().optional(),
  argPattern: z.string().optional(),
  /** Ours (architecture §4): stripped from answers to closed-schema peers. */
  cwd: z.string().optional(),
  expiresAt: z.int().nonnegative().optional(),
  createdAt: z.int().nonnegative().optional(),
  contentSha256: z.string().optional(),
  grantedArgs: z.array(z.string()).optional(),
});
export type AllowlistEntry = z.infer<typeof allowlistEntrySchema>;

const policyScalars = {
  security: securitySchema.optional(),
  ask: askSchema.optional(),
  askFallback: securitySchema.optional(),
  autoAllowSkills: z.boolean().optional(),
};

const agentPolicySchema = z.looseObject({
  ...policyScalars,
  allowlist: z.array(allowlistEntrySchema).optional(),
});
export type AgentPolicy = z.infer<typeof agentPolicySchema>;

export const approvalsDocumentSchema = z.looseObject({
  version: z.literal(1),
  socket: z.looseObject({ path: z.string().optional(), token: z.string().optional() }).optional(),
  defaults: z.looseObject(policyScalars).optional(),
  agents: z.record(z.string(), agentPolicySchema).optional(),
});
export type ApprovalsDocument = z.infer<typeof approvalsDocumentSchema>;

/** Answer of `system.execApprovals.get/set` and `exec.approvals.get/set` (exec-ipc §4.7). */
export const approvalsSnapshotSchema = z.looseObject({
  path: z.string(),
  exists: z.boolean(),
  hash: z.string(),
  file: approvalsDocumentSchema,
});
export type ApprovalsSnapshot = z.infer<typeof approvalsSnapshotSchema>;
