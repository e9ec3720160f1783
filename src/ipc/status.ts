import { z } from 'zod';

/** One line of recent history. */
const decisionSchema = z.object({
  atMs: z.number(),
  text: z.string(),
  outcome: z.enum(['allowed', 'denied', 'expired', 'cancelled', 'invalid']),
  /** `AuditDecider` of core/ports.ts: the page draws `rule` and `policy` with shapes of their own. */
  decidedBy: z.string(),
});

/** As it is shown. */
const pausedAgentSchema = z.object({ agent: z.string(), untilMs: z.number() });

/** The same, for "Resume". */
export const pauseResumeInputSchema = z.strictObject({
  agent: z.string().max(100_000),
  untilMs: z.number(),
});

export const statusStateSchema = z.object({
  version: z.string(),
  /** What is happening now, in one sentence. */
  headline: z.string(),
  /** An error comes first and says what to do; null when all is well. */
  problem: z.string().nullable(),
  /** Commands that run now. */
  running: z.number().optional(),
  /** What goes on, newest first: commands that run here, and work of agents the Gateway tells of. */
  activity: z.array(
    z.object({
      agent: z.object({ text: z.string(), claimed: z.boolean() }).nullable(),
      text: z.string(),
      sinceMs: z.number(),
    }),
  ),
  /** Everything stands still; `untilMs` null: until a person ends it. */
  standstill: z.object({ untilMs: z.number().nullable() }).nullable(),
  gateway: z.object({
    url: z.string(),
    mode: z.enum(['own', 'attached']),
    node: z.boolean(),
    operator: z.boolean(),
    /** Of a Gateway that is not ours. */
    health: z.object({ isOk: z.boolean(), text: z.string(), checkedAtMs: z.number() }).nullable(),
  }),
  policy: z.object({ security: z.string(), ask: z.string(), problem: z.string().nullable() }),
  pausedAgents: z.array(pausedAgentSchema),
  recent: z.array(decisionSchema),
});
export type StatusState = z.infer<typeof statusStateSchema>;
