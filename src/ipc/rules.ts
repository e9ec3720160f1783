import { z } from 'zod';

/** Rules and settings of the policy, as the settings window shows and changes them. */

const securities = ['deny', 'allowlist', 'full'] as const;
const asks = ['off', 'on-miss', 'always'] as const;

const settingsSchema = z.object({
  security: z.enum(securities),
  ask: z.enum(asks),
  askFallback: z.enum(securities),
  autoAllowSkills: z.boolean(),
});
export type ShownSettings = z.infer<typeof settingsSchema>;

/** One rule; every text is safe to show. */
const shownRuleSchema = z.object({
  id: z.string(),
  program: z.string(),
  /** Arguments and folder in words. */
  scope: z.string(),
  expiresAtMs: z.number().nullable(),
  isExpired: z.boolean(),
  lastUsedAtMs: z.number().nullable(),
  createdAtMs: z.number().nullable(),
  /** For its form: any, one list, or such as can only be kept (a hash, a pattern, hidden text). */
  args: z.union([z.enum(['any', 'kept']), z.array(z.string())]),
  folder: z.string().nullable(),
  /** Holds only while the content of its program stays the same. */
  isPinned: z.boolean(),
  /** Where it came from, in words. */
  origin: z.string(),
  /** How many decisions of the history it allowed. */
  uses: z.number(),
});
export type ShownRule = z.infer<typeof shownRuleSchema>;

const agentRulesSchema = z.object({
  /** Key in the document: an agent id, or `*` for every agent. */
  key: z.string(),
  shown: z.string(),
  /** What holds for it, after merging. */
  settings: settingsSchema,
  /** Which of them are its own; the others come from `*` and the defaults. */
  own: z.array(z.enum(['security', 'ask', 'askFallback', 'autoAllowSkills'])),
  rules: z.array(shownRuleSchema),
});

export const rulesListSchema = z.object({
  /** Of the document; a list that is older than the policy is asked for again. */
  hash: z.string(),
  problem: z.string().nullable(),
  /** What an edit from outside would allow beyond this; it waits for a person. */
  unconfirmed: z.array(z.string()),
  defaults: settingsSchema,
  /** `*` first. */
  agents: z.array(agentRulesSchema),
});
export type RulesList = z.infer<typeof rulesListSchema>;

const key = z.string().min(1).max(512);

const ruleFieldsSchema = z.strictObject({
  agent: key,
  /** A real path, or one with wildcards. */
  program: z.string().min(1).max(4_096),
  /** Null: any arguments. */
  args: z.array(z.string().max(4_096)).max(256).nullable(),
  folder: z.string().max(4_096).nullable(),
  expiresAtMs: z.int().nonnegative().nullable(),
});

/** One change a person makes in the window. */
export const rulesEditSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('remove'),
    ruleIds: z.array(z.string().max(200)).min(1).max(1_000),
  }),
  /** Null: for good. */
  z.strictObject({
    kind: z.literal('expire'),
    ruleId: z.string().max(200),
    expiresAtMs: z.int().nonnegative().nullable(),
  }),
  z.strictObject({ kind: z.literal('add'), ...ruleFieldsSchema.shape }),
  /** What is not named stays as it is. */
  z.strictObject({
    kind: z.literal('replace'),
    ruleId: z.string().max(200),
    ...ruleFieldsSchema.partial().shape,
  }),
  z.strictObject({
    kind: z.literal('set'),
    /** Null: the defaults. */
    agent: key.nullable(),
    /** Null: not set here any more. */
    settings: z.strictObject({
      security: z.enum(securities).nullable().optional(),
      ask: z.enum(asks).nullable().optional(),
      askFallback: z.enum(securities).nullable().optional(),
      autoAllowSkills: z.boolean().nullable().optional(),
    }),
  }),
  /** Puts in force what an edit from outside would allow. */
  z.strictObject({ kind: z.literal('confirm') }),
  /** Writes back what is in force. */
  z.strictObject({ kind: z.literal('discard') }),
]);
export type RulesEdit = z.infer<typeof rulesEditSchema>;

/** What an edit would change; nothing is written by looking. */
export const rulesPreviewSchema = z.object({
  baseHash: z.string(),
  digest: z.string(),
  changes: z.array(z.string()),
  /** What is allowed afterwards that is not allowed now; a person reads these before they apply. */
  widening: z.array(z.string()),
});

export const rulesApplyInputSchema = z.strictObject({
  edit: rulesEditSchema,
  /** Both of the preview that was shown. */
  baseHash: z.string().max(200),
  digest: z.string().max(200),
});

export const rulesAppliedSchema = z.discriminatedUnion('kind', [
  /** `undo`: for {@link rulesUndoInputSchema}; null where it cannot be taken back. */
  z.object({ kind: z.literal('written'), undo: z.string().nullable() }),
  /** The policy is no longer the one that was shown; nothing was written. */
  z.object({ kind: z.literal('changed') }),
]);

export const rulesUndoInputSchema = z.strictObject({ undo: z.string().max(200) });
