import { stricterSecurity } from '#core/policy/strictness.ts';
import type { PolicyEngine, ProposedRule, ResolvedPolicy } from '#core/policy/types.ts';
import type { FrozenPlan } from './types.ts';

/**
 * What holds when nobody can be asked: the fallback, but never more than the policy itself, and no
 * question (exec-ipc §3.4, §7.5; decisions "Who allowed it").
 */
export function withoutPresenter(policy: ResolvedPolicy): ResolvedPolicy {
  return { ...policy, security: stricterSecurity(policy.security, policy.askFallback), ask: 'off' };
}

/**
 * Whether storing `rules` would really stop the question for this plan. If it would still
 * prompt, "always" is not offered (D8).
 */
export function wouldAllow(
  engine: PolicyEngine,
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  rules: readonly ProposedRule[],
  nowMs: number,
): boolean {
  if (rules.length === 0) return false;
  const proposed = rules.map((rule) => ({ ...rule, id: 'proposed', owner: plan.agentId }));
  return engine(plan, { ...policy, proposed }, nowMs).kind === 'allow';
}
