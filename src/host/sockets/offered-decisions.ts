import {
  type ExecDecision,
  execDecisionSchema,
  type PromptRequest,
} from '#protocol/exec-socket.ts';

/** Decisions a `request` message offers a person (exec-ipc §7.3), in its own order. */
export function offeredDecisions({ request }: PromptRequest): readonly ExecDecision[] {
  const named = (request.allowedDecisions ?? []).flatMap((value) => {
    const decision = execDecisionSchema.safeParse(value);
    return decision.success ? [decision.data] : [];
  });
  if (named.length > 0) return [...new Set(named)];
  if (request.ask?.trim() === 'always') return ['allow-once', 'deny'];
  return ['allow-once', 'allow-always', 'deny'];
}
