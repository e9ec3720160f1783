import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan, PlanSegment } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import { redactSecrets } from '#core/redact.ts';
import { cwdArgvPattern } from './arg-pattern.ts';
import { segmentDoubt } from './segment-judge.ts';
import type { ProposedRule, SegmentFinding } from './types.ts';

/** A program that nothing allows yet, and the narrowest rule for it. */
export interface Proposal {
  readonly segment: PlanSegment;
  /** Real path of the folder it runs in. */
  readonly cwd: string;
  readonly rule: ProposedRule;
}

/**
 * The narrow rules that "always" would store: one per segment that nothing allows yet, each for
 * exactly these arguments in exactly this folder (D8). Empty when one of them cannot have a rule:
 * then "always" would not stick.
 */
export function proposeRules(
  plan: FrozenPlan,
  findings: readonly SegmentFinding[],
  hasher: Hasher,
): readonly ProposedRule[] {
  return proposals(plan, findings, hasher).map(({ rule }) => rule);
}

/** {@link proposeRules}, with the program that each rule is for. */
export function proposals(
  plan: FrozenPlan,
  findings: readonly SegmentFinding[],
  hasher: Hasher,
): readonly Proposal[] {
  if (plan.proof.kind === 'unproved' || ruleDoubt(plan, findings) !== null) return [];
  const cwd = plan.proof.cwd.path;
  const all = missing(plan, findings).map((segment): Proposal => {
    const { argv, executable } = segment;
    const args = argv.slice(1);
    const rule: ProposedRule = {
      pattern: executable.path,
      argPattern: cwdArgvPattern(cwd, args, hasher),
      cwd,
      expiresAt: null,
      contentSha256: executable.sha256 ?? null,
      ...(holdsSecret(args) ? {} : { args }),
      sentence: ruleSentence(segment, { args, cwd }),
    };
    return { segment, cwd, rule };
  });
  // The same command twice in one text needs one rule.
  const keyOf = ({ pattern, argPattern }: ProposedRule) => `${pattern}\0${argPattern}`;
  return [...new Map(all.map((proposal) => [keyOf(proposal.rule), proposal])).values()];
}

/**
 * The first reason why a program that nothing allows cannot have a rule; null when all can. A script
 * that was not read cannot: nothing would tie the rule to it.
 */
export function ruleDoubt(plan: FrozenPlan, findings: readonly SegmentFinding[]): string | null {
  for (const segment of missing(plan, findings)) {
    const { path, isUnread } = segment.executable;
    const doubt = segmentDoubt(segment) ?? (isUnread ? messages.always.unread(path) : null);
    if (doubt !== null) return doubt;
  }
  return null;
}

function missing(
  { proof }: FrozenPlan,
  findings: readonly SegmentFinding[],
): readonly PlanSegment[] {
  if (proof.kind === 'unproved') return [];
  return proof.segments.filter((_, at) => findings[at]?.allowedBy === null);
}

/** What a rule allows, in words, without agent and time; null stands for any. */
export function ruleSentence(
  { executable }: PlanSegment,
  scope: { readonly args: readonly string[] | null; readonly cwd: string | null },
): string {
  const where = scope.cwd === null ? 'in any folder' : `only in ${scope.cwd}`;
  const content = executable.sha256 === undefined ? '' : ', while its content stays the same';
  return `${executable.path} ${argumentsText(scope.args)}, ${where}${content}.`;
}

function argumentsText(args: readonly string[] | null): string {
  if (args === null) return 'with any arguments';
  return args.length === 0 ? 'without arguments' : `with exactly: ${canonicalCommandText(args)}`;
}

/** The document is read by programs that have no business with it (S30). */
export function holdsSecret(args: readonly string[]): boolean {
  const text = args.join(' ');
  return redactSecrets(text) !== text;
}
