import { runsAnotherProgram } from '#core/analysis/runs-programs.ts';
import type { PlanSegment } from '#core/exec/types.ts';
import { isCarrier, programName } from './carriers.ts';
import { hasWildcard } from './path-pattern.ts';
import type { Invocation, RuleIndex } from './rule-index.ts';
import { safeBin } from './safe-bins.ts';
import { skillBin } from './skill-bins.ts';
import type { ResolvedPolicy, Rule, SegmentFinding } from './types.ts';

/** @param place folder it runs in, and whether its program is for certain the one that was found. */
export type SegmentJudge = (
  segment: PlanSegment,
  place: { readonly cwd: string; readonly isSettled: boolean },
  policy: ResolvedPolicy,
  nowMs: number,
) => SegmentFinding;

/** Says for one program of a plan what allows it: a rule, a safe bin, a skill bin, or nothing. */
export function createSegmentJudge(deps: {
  readonly indexOf: (rules: readonly Rule[]) => RuleIndex;
  readonly skillBins: () => ReadonlySet<string>;
}): SegmentJudge {
  const { indexOf } = deps;
  return (segment, { cwd, isSettled }, policy, nowMs) => {
    const { argv, executable } = segment;
    const facts = { argv, executable: executable.path };
    const refused = (why: string): SegmentFinding => ({
      ...facts,
      allowedBy: null,
      ruleId: null,
      why,
    });
    const doubt = segmentDoubt(segment);
    if (doubt !== null) return refused(doubt);
    const found = invocationOf(segment, cwd);
    const invocation = isSettled ? found : { ...found, contentSha256: null };
    const load = runsAnotherProgram(argv);
    const covers = (rule: Rule | null) =>
      rule !== null && (load === null || rule.argPattern !== null);
    const stored = indexOf(policy.rules).find(invocation, nowMs);
    const asked = !covers(stored.rule) && policy.proposed;
    const match = asked ? indexOf(asked).find(invocation, nowMs) : stored;
    if (match.rule !== null && covers(match.rule)) {
      return { ...facts, allowedBy: 'rules', ruleId: match.rule.id, why: match.why };
    }
    if (stored.rule !== null) {
      return refused(
        `${load} Rule ${stored.rule.id} names no arguments, so it does not cover that.`,
      );
    }
    if (safeBin(invocation).ok) {
      const reads = `${programName(argv[0])} only transforms what it is given here (safe bin).`;
      return { ...facts, allowedBy: 'safe-bins', ruleId: null, why: reads };
    }
    if (policy.autoAllowSkills && skillBin(invocation, deps.skillBins()).ok) {
      const skill = `${argv[0]} belongs to a skill, and the agent's skills are trusted.`;
      return { ...facts, allowedBy: 'skill-bins', ruleId: null, why: skill };
    }
    const bound = isSettled ? null : indexOf(policy.rules).find(found, nowMs).rule;
    return refused(bound === null ? stored.why : unsettled(bound, executable.path));
  };
}

/** Why nothing but a person can speak for this program, or null (S7, S15). */
export function segmentDoubt({ argv, executable }: PlanSegment): string | null {
  const { path } = executable;
  const called = programName(argv[0]);
  if (isCarrier(path) || isCarrier(called)) {
    return `${programName(path)} runs what its arguments say, so no rule speaks for it.`;
  }
  // A multi-call binary does something else under another name, which the argument hash leaves out.
  if (called !== programName(path)) {
    return `It was called as "${called}", which is another name than that of ${path}.`;
  }
  if (hasWildcard(path) || /[[\]{}]/.test(path)) {
    return `${path} holds characters that would make a rule a pattern.`;
  }
  // Documents are read without the blanks around a pattern: it would name another program.
  if (path !== path.trim()) return `${path} ends with a blank, which a rule cannot name.`;
  return null;
}

function unsettled({ id }: Rule, executable: string): string {
  return `Rule ${id} holds for the content of ${executable}, which another command of the text may change first.`;
}

export function invocationOf({ argv, executable }: PlanSegment, cwd: string): Invocation {
  return {
    argv,
    executable: executable.path,
    cwd,
    byName: !argv[0].includes('/'),
    contentSha256: executable.sha256 ?? null,
  };
}
