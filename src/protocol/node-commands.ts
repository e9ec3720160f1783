import { z } from 'zod';
import { approvalsDocumentSchema } from './approvals-document.ts';
import { execInnerRequestSchema } from './exec-socket.ts';

/** Parameters and results of the node commands we serve (node-commands §2). */

/** `system.run` over `node.invoke`: the inner exec request plus claims (exec-ipc §6.5). */
export const systemRunParamsSchema = execInnerRequestSchema
  .omit({ approvalDecision: true })
  .extend({
    approved: z.boolean().nullish(),
    // A free string here; anything but the three decisions is ignored (exec-ipc §6.5).
    approvalDecision: z.string().nullish().catch(null),
    suppressNotifyOnExit: z.boolean().nullish(),
    systemRunPlan: z.unknown().optional(),
  });
export type SystemRunParams = z.infer<typeof systemRunParamsSchema>;

/** `system.run.prepare` (exec-ipc §6.2). Runs nothing. */
export const systemRunPrepareParamsSchema = z.object({
  command: z.array(z.string()),
  rawCommand: z.string().nullish(),
  cwd: z.string().nullish(),
  agentId: z.string().nullish(),
  sessionKey: z.string().nullish(),
  env: z.record(z.string(), z.string()).nullish(),
});
export type SystemRunPrepareParams = z.infer<typeof systemRunPrepareParamsSchema>;

export const systemWhichParamsSchema = z.object({ bins: z.array(z.string()) });

export const systemNotifyParamsSchema = z.object({
  title: z.string(),
  body: z.string(),
  sound: z.string().nullish(),
  priority: z.enum(['passive', 'active', 'timeSensitive']).nullish(),
  delivery: z.enum(['system', 'overlay', 'auto']).nullish(),
});

export const execApprovalsGetParamsSchema = z.object({
  includeResolvedDefaults: z.boolean().nullish(),
});

export const execApprovalsSetParamsSchema = z.object({
  file: approvalsDocumentSchema,
  baseHash: z.string().nullish(),
});
