import { z } from 'zod';

/** What a page shows of one question. Every text is safe to show; nothing is cut (AP-02, AP-03). */
const claimSchema = z.object({
  text: z.string(),
  /** The asker's own word for itself: shown in quotes and labelled (S25). */
  claimed: z.boolean(),
});

const alwaysScopes = ['exact-here', 'exact-anywhere', 'any-arguments-here'] as const;
/** How long "Deny and pause" lasts; `until-tomorrow` ends with the local day. */
const agentPauseSchema = z.enum(['10-minutes', '1-hour', 'until-tomorrow']);
export type AgentPauseChoice = z.infer<typeof agentPauseSchema>;

const alwaysLasts = ['15-minutes', 'today', '30-days', 'until-removed'] as const;

/** One program of the command, and the rules a person may choose to store for it (AP-12). */
const shownOfferSchema = z.object({
  command: z.string(),
  choices: z.array(
    z.object({
      scope: z.enum(alwaysScopes),
      /** What is stored, word for word, without agent and time. */
      sentence: z.string(),
    }),
  ),
});

export const shownApprovalSchema = z.object({
  id: z.string(),
  /** Digest of exactly what is shown; an answer carries it back (S24). */
  displayDigest: z.string(),
  /** Digest of the plan, or of the question where there is none. */
  planDigest: z.string(),
  kind: z.enum(['exec', 'socket-request', 'gateway-request', 'policy-change']),
  title: z.string(),
  agent: claimSchema,
  /** Further facts about who asks: node, host, session. */
  from: z.array(
    claimSchema.extend({
      /** What it is the name of: `node`, `host`, `session`. */
      label: z.string().optional(),
    }),
  ),
  /** Pieces of the command; an `escape` stands for characters that cannot be seen. */
  command: z.array(
    z.object({
      text: z.string(),
      kind: z.enum(['plain', 'escape', 'newline']),
      /** Numbers of the notes that speak of it: 1 is the first of `notes`. */
      notes: z.array(z.number()).optional(),
    }),
  ),
  /** Length of the command in characters. */
  commandChars: z.number(),
  executable: z.string().nullable(),
  /** Which file that is; null where nobody here looked. */
  identity: z.string().nullable(),
  cwd: z.string().nullable(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  /** What it could do, and what to look out for, most telling first; numbered from 1. */
  notes: z.array(
    z.object({
      text: z.string(),
      /** It will run with more power than a person may think: the only notes that are red. */
      isPrivilege: z.boolean(),
      /** It, or a name in it, is not what it looks like: always in sight. */
      isWarning: z.literal(true).optional(),
    }),
  ),
  /** For the details: what else the digest stands for; a `block` has line breaks of its own. */
  facts: z.array(z.object({ label: z.string(), text: z.string(), block: z.boolean() })).optional(),
  why: z.string(),
  permissions: z.string(),
  /** Sentences of the rules that "always" stores; empty when it is not offered. */
  always: z.array(z.string()),
  /** Empty where "always" stores nothing of ours: then `always` is all there is to say. */
  offers: z.array(shownOfferSchema),
  /** Agent whose list the rules go to; absent without offers. */
  ruleAgent: z.string().optional(),
  canAlways: z.boolean(),
  /** Why it can be allowed only once, as a sentence. */
  onceBecause: z.string().nullable(),
  /** "Keep waiting" can move the deadline. */
  canExtend: z.boolean(),
  canPause: z.boolean(),
  createdAtMs: z.number(),
  /** Null: it waits for ever. */
  expiresAtMs: z.number().nullable(),
  /** How many identical requests it answers. */
  count: z.number(),
});
export type ShownApproval = z.infer<typeof shownApprovalSchema>;

/**
 * How the last question went away, shown for a moment (ui.md §2). `not-run`: it was allowed here,
 * and something came between.
 */
const lastOutcomeSchema = z.object({
  id: z.string(),
  text: z.string(),
  outcome: z.enum(['allowed', 'denied', 'expired', 'cancelled', 'not-run']),
  /** "Ask again": the agent can be told that it may retry; nothing runs by that. */
  canAskAgain: z.boolean(),
});

export const approvalStateSchema = z.object({
  /** The one that is visible; null when nothing waits. */
  current: shownApprovalSchema.nullable(),
  /** Every waiting question as the list shows it, the current one included, oldest first. */
  waiting: z.array(shownApprovalSchema),
  last: lastOutcomeSchema.nullable(),
});
export type ApprovalState = z.infer<typeof approvalStateSchema>;

export const decideInputSchema = z.strictObject({
  id: z.string().max(200),
  displayDigest: z.string().max(200),
  decision: z.enum(['allow-once', 'allow-always', 'deny']),
  /** Goes back to the agent with a deny. */
  note: z.string().max(1_000).optional(),
  /** With a deny: for so long nobody is asked for this agent. */
  pauseAgent: agentPauseSchema.optional(),
  /** With `allow-always`, where the question has offers. */
  grant: z
    .strictObject({
      scopes: z.array(z.enum(alwaysScopes).nullable()).max(64),
      lasts: z.enum(alwaysLasts),
      everyAgent: z.boolean(),
    })
    .optional(),
});

export const denyManyInputSchema = z.strictObject({
  /** Exactly the questions that were listed: later ones are not meant (S24). */
  questions: z
    .array(z.strictObject({ id: z.string().max(200), displayDigest: z.string().max(200) }))
    .max(64),
});

export const answerSchema = z.enum(['accepted', 'unknown', 'stale', 'not-offered']);
