import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan, PlanSegment } from '#core/exec/types.ts';
import type { Hasher } from '#core/ports.ts';
import { redactSecrets } from '#core/redact.ts';
import { cwdArgvPattern } from './arg-pattern.ts';
import { segmentDoubt } from './segment-judge.ts';
import type { ProposedRule, SegmentFinding } from './types.ts';

/**
 * The narrow rules that "always" would store: one per segment that nothing allows yet, each for
 * exactly these arguments in exactly this folder (D8). Empty when one of them cannot have a rule:
 * then "always" would not stick. A script that was not read cannot: nothing would tie the rule to it.
 */
export function proposeRules(
  plan: FrozenPlan,
  findings: readonly SegmentFinding[],
  hasher: Hasher,
): readonly ProposedRule[] {
  if (plan.proof.kind === 'unproved') return [];
  const cwd = plan.proof.cwd.path;
  const missing = plan.proof.segments.filter((_, at) => findings[at]?.allowedBy === null);
  const canHaveRule = (segment: PlanSegment) =>
    segmentDoubt(segment) === null && segment.executable.isUnread !== true;
  if (missing.length === 0 || !missing.every(canHaveRule)) return [];
  const rules = missing.map(({ argv, executable }): ProposedRule => {
    const { path, sha256 } = executable;
    const args = argv.slice(1);
    const what =
      args.length === 0 ? 'without arguments' : `with exactly: ${canonicalCommandText(args)}`;
    const content = sha256 === undefined ? '' : ', while its content stays the same';
    return {
      pattern: path,
      argPattern: cwdArgvPattern(cwd, args, hasher),
      cwd,
      expiresAt: null,
      contentSha256: sha256 ?? null,
      ...(holdsSecret(args) ? {} : { args }),
      sentence: `${path} ${what}, only in ${cwd}${content}.`,
    };
  });
  // The same command twice in one text needs one rule.
  return [...new Map(rules.map((rule) => [`${rule.pattern}\0${rule.argPattern}`, rule])).values()];
}

/** The document is read by programs that have no business with it (S30). */
function holdsSecret(args: readonly string[]): boolean {
  const text = args.join(' ');
  return redactSecrets(text) !== text;
}
