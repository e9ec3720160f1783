import type { FrozenPlan } from '#core/exec/types.ts';
import type { Hasher } from '#core/ports.ts';
import { cwdArgvPattern } from './arg-pattern.ts';
import { isCarrier, programName } from './carriers.ts';
import type { Rule } from './types.ts';

/** Why no rule whatever can speak for this plan, or null (the sentence is for people). */
export function unprovable(plan: FrozenPlan): string | null {
  const { path } = plan.executable;
  const called = programName(plan.argv[0]);
  if (isCarrier(path) || isCarrier(called)) {
    return `${programName(path)} runs what its arguments say, so no rule speaks for it.`;
  }
  // A multi-call binary does something else under another name, which the argument hash leaves out.
  if (called !== programName(path)) {
    return `It was called as "${called}", which is another name than that of ${path}.`;
  }
  if (/[*?[\]{}]/.test(path)) {
    return `${path} holds characters that would make a rule a pattern.`;
  }
  if (Object.keys(plan.envDelta).length > 0) {
    return 'It sets environment variables, and no rule covers those.';
  }
  return null;
}

/** Whether one rule, by itself, allows the plan: exact real path, arguments and folder (issue 2). */
export function ruleAllows(rule: Rule, plan: FrozenPlan, nowMs: number, hasher: Hasher): boolean {
  return unprovable(plan) === null && matches(rule, plan, planArgPattern(plan, hasher), nowMs);
}

/** @param argPattern what {@link planArgPattern} made of the same plan. */
export function matches(rule: Rule, plan: FrozenPlan, argPattern: string, nowMs: number): boolean {
  if (rule.pattern !== plan.executable.path) return false;
  if (rule.argPattern !== null && rule.argPattern !== argPattern) return false;
  if (rule.cwd !== null && rule.cwd !== plan.cwd.path) return false;
  return !isExpired(rule, nowMs);
}

export function isExpired(rule: Rule, nowMs: number): boolean {
  return rule.expiresAt !== null && nowMs >= rule.expiresAt;
}

export function planArgPattern(plan: FrozenPlan, hasher: Hasher): string {
  return cwdArgvPattern(plan.cwd.path, plan.argv.slice(1), hasher);
}
