import { stricterSecurity } from '#core/policy/strictness.ts';
import type {
  PolicyEngine,
  PolicyVerdict,
  ProposedRule,
  ResolvedPolicy,
} from '#core/policy/types.ts';
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
  return asIfStored(engine, plan, policy, rules, nowMs).kind === 'allow';
}

/**
 * The rules that this plan would use if they were stored: only those are worth storing. A person
 * may have ticked fewer than the plan needs (AP-12), so they need not be enough for it.
 */
export function usefulRules(
  engine: PolicyEngine,
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  rules: readonly ProposedRule[],
  nowMs: number,
): readonly ProposedRule[] {
  const { findings } = asIfStored(engine, plan, policy, rules, nowMs);
  const used = new Set(findings.map(({ ruleId }) => ruleId));
  return rules.filter((_, at) => used.has(proposedId(at)));
}

function asIfStored(
  engine: PolicyEngine,
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  rules: readonly ProposedRule[],
  nowMs: number,
): PolicyVerdict {
  const owner = plan.agentId;
  const proposed = rules.map((rule, at) => ({ ...rule, id: proposedId(at), owner }));
  return engine(plan, { ...policy, proposed }, nowMs);
}

const proposedId = (at: number): string => `proposed-${at}`;
