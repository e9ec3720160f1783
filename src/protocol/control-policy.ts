import { z } from 'zod';
import { approvalsDocumentSchema, askSchema, securitySchema } from './approvals-document.ts';

/** The `policy.*` operations of `control.sock`: looking at the policy, explaining it, changing it. */

/** Which arguments a new rule is for. */
const ruleArgumentsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('any') }),
  /** A regular expression over the whole of the joined arguments (exec-ipc §5.2). */
  z.strictObject({ kind: z.literal('regex'), regex: z.string() }),
  z.strictObject({ kind: z.literal('exact'), args: z.array(z.string()) }),
]);

const agentIdSchema = z.string().min(1).max(512);

/** Null: not set here any more, so that the level above holds. */
const policySettingsSchema = z.strictObject({
  security: securitySchema.nullable().optional(),
  ask: askSchema.nullable().optional(),
  askFallback: securitySchema.nullable().optional(),
  autoAllowSkills: z.boolean().nullable().optional(),
});

const ruleFieldsSchema = z.strictObject({
  /** An agent id, or `*` for every agent. */
  agentId: agentIdSchema,
  /** A path (real, unless it holds wildcards) or a bare name. */
  pattern: z.string(),
  args: ruleArgumentsSchema,
  /** Real path; null: in any folder. */
  cwd: z.string().nullable(),
  /** Unix time in ms; null: for good. */
  expiresAt: z.int().nonnegative().nullable(),
});

/** One change a person asks for. */
const policyEditSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), ...ruleFieldsSchema.shape }),
  /** Puts another rule in the place of one; what is not named stays as it is. */
  z.strictObject({
    kind: z.literal('replace'),
    ruleId: z.string(),
    ...ruleFieldsSchema.partial().shape,
  }),
  z.strictObject({ kind: z.literal('remove'), ruleIds: z.array(z.string()).min(1) }),
  z.strictObject({
    kind: z.literal('expire'),
    ruleId: z.string(),
    /** Unix time in ms; null: for good. */
    expiresAt: z.int().nonnegative().nullable(),
  }),
  z.strictObject({
    kind: z.literal('set'),
    /** Null: the defaults of the document. */
    agentId: agentIdSchema.nullable(),
    settings: policySettingsSchema,
  }),
  /** The whole document but its socket, which stays as it is. */
  z.strictObject({ kind: z.literal('import'), document: z.unknown() }),
  /** Puts in force what somebody else wrote into the file (S17). */
  z.strictObject({ kind: z.literal('confirm') }),
  /** Writes back what is in force, in the place of what somebody else wrote. */
  z.strictObject({ kind: z.literal('discard') }),
]);
export type PolicyEdit = z.infer<typeof policyEditSchema>;

export const policyRequestSchemas = [
  z.strictObject({ op: z.literal('policy.get') }),
  z.strictObject({
    op: z.literal('policy.explain'),
    argv: z.tuple([z.string()], z.string()),
    agentId: z.string().nullable(),
    cwd: z.string().nullable(),
    env: z.record(z.string(), z.string()),
  }),
  /** Says what an edit would change; changes nothing. */
  z.strictObject({ op: z.literal('policy.preview'), edit: policyEditSchema }),
  z.strictObject({
    op: z.literal('policy.apply'),
    edit: policyEditSchema,
    /** Both from the preview that the person saw; another policy or other sentences refuse. */
    baseHash: z.string(),
    digest: z.string(),
  }),
] as const;

/** Answer of `policy.get`: what is in force, without the socket's token. */
export const policyViewSchema = z.object({
  path: z.string(),
  hash: z.string(),
  problem: z.string().nullable(),
  /** What an edit from outside would allow beyond that; it waits for `confirm`. */
  unconfirmed: z.array(z.string()),
  document: approvalsDocumentSchema,
});
export type PolicyView = z.infer<typeof policyViewSchema>;

/** Answer of `policy.preview`. */
export const policyPreviewSchema = z.object({
  baseHash: z.string(),
  /** Names the sentences, the edit and the policy they speak of. */
  digest: z.string(),
  /** Every change, one sentence each. */
  changes: z.array(z.string()),
  /** What is allowed afterwards that is not allowed now; empty: no person need be asked. */
  widening: z.array(z.string()),
});
export type PolicyPreview = z.infer<typeof policyPreviewSchema>;

/** Answer of `policy.apply`. */
export const policyAppliedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('written'),
    hash: z.string(),
    /** Id of the rule that `add` or `replace` stored. */
    ruleId: z.string().nullable(),
  }),
  /** The policy is no longer the one that was shown; nothing was written. */
  z.object({ kind: z.literal('changed') }),
]);
export type PolicyApplied = z.infer<typeof policyAppliedSchema>;

const ruleToStoreSchema = z.object({
  pattern: z.string(),
  argPattern: z.string().nullable(),
  cwd: z.string().nullable(),
  expiresAt: z.number().nullable(),
  contentSha256: z.string().nullable(),
});

const explainedSegmentSchema = z.object({
  argv: z.array(z.string()),
  executable: z.string(),
  allowedBy: z.string().nullable(),
  ruleId: z.string().nullable(),
  why: z.string(),
});

/** Answer of `policy.explain`. */
export const policyExplanationSchema = z.discriminatedUnion('kind', [
  /** Refused before any policy: malformed, no such folder, no such program. */
  z.object({ kind: z.literal('refused'), reason: z.string(), why: z.string() }),
  z.object({
    kind: z.literal('decided'),
    verdict: z.enum(['allow', 'prompt', 'deny']),
    layer: z.string(),
    why: z.string(),
    /** Null when all programs of the command are known; else why not. */
    unproved: z.string().nullable(),
    commandText: z.string(),
    agentId: z.string(),
    cwd: z.string(),
    executable: z.string(),
    security: z.string(),
    ask: z.string(),
    segments: z.array(explainedSegmentSchema),
    /** What would be started; null when nothing would. */
    runs: z
      .object({
        how: z.enum(['as-proved', 'as-asked']),
        argv: z.array(z.string()),
        cwd: z.string(),
      })
      .nullable(),
    /** The rules that "always" would store; empty when it is not offered. */
    always: z.array(z.object({ sentence: z.string(), rule: ruleToStoreSchema })),
    risks: z.array(z.string()),
    /** Variables that were asked for and would not reach the command. */
    envDropped: z.array(z.string()),
  }),
]);
export type PolicyExplanation = z.infer<typeof policyExplanationSchema>;
