import type { FrozenPlan } from '#core/exec/types.ts';
import type { Hasher } from '#core/ports.ts';
import { isExpired, matches, planArgPattern, ruleAllows, unprovable } from './exact-match.ts';
import { anyAgent } from './resolve.ts';
import type { PolicyEngine, PolicyVerdict, ProposedRule, ResolvedPolicy, Rule } from './types.ts';

/** Rules by program and arguments, so that rules which cannot match cost nothing. */
interface RuleIndex {
  readonly programs: ReadonlySet<string>;
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
}

type Match =
  | { readonly rule: Rule; readonly why: string }
  | { readonly rule: null; readonly why: string };

/**
 * The engine of issue 2: decides as exec-ipc §3.4 says, where a rule matches only the exact real
 * path of the program and, unless it names no arguments, the exact argv and working directory.
 */
export function createExactEngine(deps: { readonly hasher: Hasher }): PolicyEngine {
  const { hasher } = deps;
  const indexes = new WeakMap<readonly Rule[], RuleIndex>();

  const find = (plan: FrozenPlan, policy: ResolvedPolicy, nowMs: number): Match => {
    const doubt = unprovable(plan);
    if (doubt !== null) return { rule: null, why: doubt };
    const index = indexes.get(policy.rules) ?? indexRules(policy.rules);
    indexes.set(policy.rules, index);
    return lookUp(index, plan, planArgPattern(plan, hasher), policy.agentId, nowMs);
  };

  const decide: PolicyEngine = (plan, policy, nowMs) => {
    const who = `agent "${policy.agentId}"`;
    if (policy.problem !== undefined) {
      return { kind: 'deny', why: policy.problem, reason: 'store-unusable' };
    }
    if (policy.security === 'deny') {
      const why = `The policy of ${who} runs nothing (security is deny).`;
      return { kind: 'deny', why, reason: 'security=deny' };
    }
    if (policy.ask === 'always') {
      return { kind: 'prompt', why: `The policy of ${who} always asks.`, always: null };
    }
    if (policy.security === 'full') {
      const why = `The policy of ${who} runs everything (security is full).`;
      return { kind: 'allow', why, ruleId: null };
    }
    const { rule, why } = find(plan, policy, nowMs);
    if (rule !== null) return { kind: 'allow', why, ruleId: rule.id };
    return onMiss(plan, policy, why, nowMs);
  };

  const onMiss = (
    plan: FrozenPlan,
    policy: ResolvedPolicy,
    why: string,
    nowMs: number,
  ): PolicyVerdict => {
    if (policy.ask === 'off') {
      return { kind: 'deny', why: `${why} Its policy never asks.`, reason: 'allowlist-miss' };
    }
    return { kind: 'prompt', why, always: proposeRule(plan, nowMs, hasher) };
  };

  return decide;
}

function indexRules(rules: readonly Rule[]): RuleIndex {
  return {
    programs: new Set(rules.map((rule) => rule.pattern)),
    rules: Map.groupBy(rules, (rule) => indexKey(rule.pattern, rule.argPattern)),
  };
}

function indexKey(pattern: string, argPattern: string | null): string {
  return `${pattern}\0${argPattern ?? ''}`;
}

function lookUp(
  index: RuleIndex,
  plan: FrozenPlan,
  argPattern: string,
  agentId: string,
  nowMs: number,
): Match {
  const { path } = plan.executable;
  // An entry for these arguments goes before one for any (exec-ipc §5.1).
  const candidates = [
    ...(index.rules.get(indexKey(path, argPattern)) ?? []),
    ...(index.rules.get(indexKey(path, null)) ?? []),
  ];
  const rule = candidates.find((candidate) => matches(candidate, plan, argPattern, nowMs));
  if (rule !== undefined) {
    const scope = rule.argPattern === null ? 'with any arguments' : 'with exactly these arguments';
    return { rule, why: `Rule ${rule.id} allows ${path} ${scope}.` };
  }
  if (candidates.some((candidate) => isExpired(candidate, nowMs))) {
    return { rule: null, why: `The rule for ${path} has expired.` };
  }
  if (index.programs.has(path)) {
    return { rule: null, why: `The rules for ${path} name other arguments or another folder.` };
  }
  return { rule: null, why: `No rule of agent "${agentId}" names ${path}.` };
}

/** The narrow rule that "always" would store (D8); null when it would not allow this very plan. */
function proposeRule(plan: FrozenPlan, nowMs: number, hasher: Hasher): ProposedRule | null {
  // An agent that calls itself `*` must not earn a rule for every agent.
  if (plan.agentId === anyAgent) return null;
  const pattern = plan.executable.path;
  const argPattern = planArgPattern(plan, hasher);
  const cwd = plan.cwd.path;
  const rule: Rule = { id: '', owner: plan.agentId, pattern, argPattern, cwd, expiresAt: null };
  if (!ruleAllows(rule, plan, nowMs, hasher)) return null;
  const sentence = `Allows ${pattern} with exactly these arguments, only in ${cwd}.`;
  return { pattern, argPattern, cwd, sentence };
}
