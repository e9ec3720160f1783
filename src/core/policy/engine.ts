import type { FrozenPlan, PlanProof } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import { proposeRules, ruleDoubt } from './propose.ts';
import { anyAgent } from './resolve.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';
import { createSegmentJudge } from './segment-judge.ts';
import { settledSegments } from './settled.ts';
import type { PolicyEngine, PolicyVerdict, ResolvedPolicy, Rule, SegmentFinding } from './types.ts';

export interface PolicyEngineDeps {
  readonly hasher: Hasher;
  /** What `~` in a rule stands for. */
  readonly home: string;
  /** Names the connected Gateway calls skill programs; asked only for agents that trust them. */
  readonly skillBins: () => ReadonlySet<string>;
}

/** What the rules and their like say about a whole plan. */
interface Judgement {
  readonly findings: readonly SegmentFinding[];
  /** The first thing that no rule covers; null when everything is allowed. */
  readonly miss: { readonly layer: 'proof' | 'rules'; readonly why: string } | null;
}

/**
 * The policy engine: exec-ipc §3.4 over rules that speak of proved segments (decisions D8, D9).
 * What is not proved is never allowed by a rule.
 */
export function createPolicyEngine(deps: PolicyEngineDeps): PolicyEngine {
  const indexes = new WeakMap<readonly Rule[], RuleIndex>();
  const indexOf = (rules: readonly Rule[]): RuleIndex => {
    const index = indexes.get(rules) ?? createRuleIndex(rules, deps);
    indexes.set(rules, index);
    return index;
  };
  const judgeSegment = createSegmentJudge({ indexOf, skillBins: deps.skillBins });

  const judge = (plan: FrozenPlan, policy: ResolvedPolicy, nowMs: number): Judgement => {
    const doubt = planDoubt(plan);
    if (doubt !== null || plan.proof.kind === 'unproved') {
      const why = doubt ?? reasonOf(plan.proof);
      return { findings: [], miss: { layer: 'proof', why } };
    }
    const { segments, cwd } = plan.proof;
    const settled = settledSegments(segments, cwd.path);
    const findings = segments.map((segment, at) => {
      const place = { cwd: cwd.path, isSettled: settled[at] === true };
      return judgeSegment(segment, place, policy, nowMs);
    });
    const missing = findings.find(({ allowedBy }) => allowedBy === null);
    return { findings, miss: missing ? { layer: 'rules', why: missing.why } : null };
  };

  return (plan, policy, nowMs) => {
    const overall = wholePolicy(policy);
    if (overall !== null) return overall;
    const { findings, miss } = judge(plan, policy, nowMs);
    if (miss === null) return allowed(findings);
    if (policy.ask === 'off') {
      const why = `${miss.why} Its policy never asks.`;
      return { kind: 'deny', layer: miss.layer, why, findings, reason: 'allowlist-miss' };
    }
    const asked = { kind: 'prompt', layer: miss.layer, why: miss.why, findings } as const;
    // An agent that calls itself `*` must not earn a rule for every agent.
    if (plan.agentId === anyAgent) {
      return { ...asked, always: [], onceBecause: messages.always.nameOfAll };
    }
    const always = proposeRules(plan, findings, deps.hasher);
    if (always.length > 0) return { ...asked, always };
    return { ...asked, always, onceBecause: ruleDoubt(plan, findings) ?? miss.why };
  };
}

/** What holds for every command alike; null when the rules decide. */
function wholePolicy(policy: ResolvedPolicy): PolicyVerdict | null {
  const who = `agent "${policy.agentId}"`;
  const findings: readonly SegmentFinding[] = [];
  if (policy.problem !== undefined) {
    const why = policy.problem;
    return { kind: 'deny', layer: 'store', why, findings, reason: 'store-unusable' };
  }
  if (policy.security === 'deny') {
    const why = `The policy of ${who} runs nothing (security is deny).`;
    return { kind: 'deny', layer: 'security', why, findings, reason: 'security=deny' };
  }
  if (policy.ask === 'always') {
    const why = `The policy of ${who} always asks.`;
    return { kind: 'prompt', layer: 'ask', why, findings, always: [], onceBecause: why };
  }
  if (policy.security === 'full') {
    const why = `The policy of ${who} runs everything (security is full).`;
    return { kind: 'allow', layer: 'security', why, findings, runs: 'as-asked', ruleIds: [] };
  }
  return null;
}

function allowed(findings: readonly SegmentFinding[]): PolicyVerdict {
  const ruleIds = findings.flatMap(({ ruleId }) => ruleId ?? []);
  return {
    kind: 'allow',
    layer: findings.find(({ allowedBy }) => allowedBy === 'rules')
      ? 'rules'
      : (findings[0]?.allowedBy ?? 'rules'),
    why: [...new Set(findings.map(({ why }) => why))].join(' '),
    findings,
    runs: 'as-proved',
    ruleIds: [...new Set(ruleIds)],
  };
}

/** Why no rule whatever can speak for this plan, or null. */
function planDoubt(plan: FrozenPlan): string | null {
  if (Object.keys(plan.envDelta).length === 0) return null;
  return 'It sets environment variables, and no rule covers those.';
}

function reasonOf(proof: PlanProof): string {
  return proof.kind === 'unproved' ? proof.reason : '';
}
